"""Counts the way of codes: asked for, handed over, delivered, typed and verified.

By channel and country, so that an operator sees where codes do not arrive. Nothing about the
recipient is kept.
"""

from accounts.messaging.channels import Channel
from accounts.models.pending_notice import is_mailbox
from accounts.phone import numbers
from loopin.background.after_commit import after_commit
from loopin.metrics.declarations import Counter, Label

EMAIL = "email"
UNKNOWN = "unknown"
CHANNELS = frozenset(Channel.values)
OTHER = "other"

ASKED = "asked"
WITHHELD = "withheld"
HANDED_OVER = "handed_over"
FAILED = "failed"
DELIVERED = "delivered"
LOST = "lost"
TYPED = "typed"
VERIFIED = "verified"
STEPS = (ASKED, WITHHELD, HANDED_OVER, FAILED, DELIVERED, LOST, TYPED, VERIFIED)

COUNTRY = Label("country", "ISO 3166-1 of the number; `other` where none is known")

CODES = Counter(
    "loopin_codes_total",
    "Codes, by how far they came: `asked` for and made, or `withheld` by a limit; `handed_over` to"
    " the provider, or `failed` there; `delivered` or `lost`, as it reports; `typed`, right or"
    " wrong; `verified`.",
    Label("step", "how far: " + ", ".join(f"`{step}`" for step in STEPS)),
    Label("channel", "`sms`, `whatsapp`, `call` or `email`; `unknown` for codes of Loopin 1.0"),
    COUNTRY,
)


COMPLETED = Counter(
    "loopin_profiles_completed_total", "People who completed their profile: new customers.", COUNTRY
)


def count(step: str, recipient: str, channel: str) -> None:
    """Count a step that is committed. `channel`: of phones, "" where it is not known."""
    if CODES.is_on:
        CODES.count(step, _channel(recipient, channel), country_of(recipient))


def count_after_commit(step: str, recipient: str, channel: str) -> None:
    if CODES.is_on:
        after_commit("Counting a code", lambda: count(step, recipient, channel))


def count_completed(phone_number: str) -> None:
    """Count a new customer, once their profile is committed."""
    if COMPLETED.is_on:
        country = country_of(phone_number)
        after_commit("Counting a customer", lambda: COMPLETED.count(country))


def country_of(recipient: str) -> str:
    return (not is_mailbox(recipient) and numbers.country(recipient)) or OTHER


def _channel(recipient: str, channel: str) -> str:
    if is_mailbox(recipient):
        return EMAIL
    return channel if channel in CHANNELS else UNKNOWN
