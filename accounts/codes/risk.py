"""Rates the risk of a recipient before a code is sent: which account it has, and who guesses at it.

Short codes are convenient but weak. They stay safe because a recipient that somebody guesses at
gets longer codes. Locking the owner out instead would help whoever wants to annoy them.
docs/security.md has the arithmetic.
"""

from dataclasses import dataclass

from django.conf import settings
from django.utils.timezone import localdate

from accounts import limits
from accounts.codes import hashing
from accounts.codes.recipients import get_number_block
from accounts.models.account import Account
from loopin.sql import fetch_row

RISK_OF_RECIPIENT = """
SELECT account.id, account.phone_number, account.is_active, account.is_verified, account.email,
       profile.name,
       budget.guesses,
       budget.short_guesses,
       (SELECT count FROM accounts_ratecounter WHERE key = %(spray)s AND expires_at > now()),
       (SELECT count FROM accounts_ratecounter WHERE key = %(verified)s AND expires_at > now()),
       (SELECT CEIL(EXTRACT(EPOCH FROM expires_at - now()))::int
        FROM accounts_ratecounter WHERE key = %(paused)s AND expires_at > now())
FROM (VALUES (%(recipient)s::varchar)) AS requested(recipient)
LEFT JOIN accounts_user AS account ON account.phone_number = requested.recipient
LEFT JOIN accounts_userprofile AS profile ON profile.user_id = account.id
LEFT JOIN accounts_guessbudget AS budget
       ON budget.recipient = requested.recipient
      AND budget.last_guessed_at > now() - interval '365 days'
"""

MEDIUM_AFTER_SHORT_GUESSES = 5
LONG_AFTER_GUESSES = 100


@dataclass(frozen=True)
class RecipientRisk:
    """What is known of a recipient before a code is sent.

    `account` is None for a recipient without one. `otp_length`: digits of its next code. A block is
    all numbers that differ in their last 3 digits only. `verified_in_block`: codes of the block
    that were verified in 24 hours. `paused_for`: seconds until the block gets codes again, 0 if it
    gets them.
    """

    account: Account | None
    otp_length: int
    verified_in_block: int
    paused_for: int


def find_risk(recipient: str) -> RecipientRisk:
    """Rate a recipient, in one statement."""
    block = get_number_block(recipient)
    values = {
        "recipient": recipient,
        "spray": limits.WRONG_GUESSES_TODAY.key_for(localdate()),
        "verified": limits.BLOCK_VERIFIED.key_for(block),
        "paused": limits.BLOCK_PAUSED.key_for(block),
    }
    row = fetch_row(RISK_OF_RECIPIENT, values)
    assert row is not None  # noqa: S101  the recipient itself is the row
    account, counts = row[:6], [count or 0 for count in row[6:]]
    guesses, short_guesses, sprayed, verified, paused_for = counts
    return RecipientRisk(
        account=Account(*account) if account[0] else None,
        otp_length=_otp_length(guesses, short_guesses, sprayed),
        verified_in_block=verified,
        paused_for=paused_for,
    )


def _otp_length(guesses: int, short_guesses: int, sprayed: int) -> int:
    if guesses >= LONG_AFTER_GUESSES:
        return hashing.LONG_LENGTH
    if short_guesses >= MEDIUM_AFTER_SHORT_GUESSES or sprayed >= settings.OTP_SPRAY_THRESHOLD:
        return max(hashing.MEDIUM_LENGTH, settings.OTP_LENGTH)
    return settings.OTP_LENGTH


def count_wrong_guess() -> None:
    """Count a wrong guess against the whole system's limit of today, in India."""
    limits.spend([limits.WRONG_GUESSES_TODAY.limit_for(localdate())])
