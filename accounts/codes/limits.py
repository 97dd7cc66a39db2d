"""What floods of messages cost whoever sends them: every limit of a request, in one statement."""

import logging
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.utils.timezone import localdate

from accounts.errors import RateLimited, SmsBudgetExhausted
from accounts.models import RateCounter
from accounts.models.rate_counter import (
    DAY_SECONDS,
    NO_CAP,
    Limit,
    block_of,
    is_email,
    paused_key,
    sent_key,
)

logger = logging.getLogger(__name__)

BLOCK_MIN_SENT = 20
BLOCK_PAUSE_SECONDS = 12 * 60 * 60
BUDGET_WARNING = 0.8
ACCOUNT_RESERVE = 0.2

TOLD_PER_NETWORK = 30
TOLD_PER_NUMBER = 10
"""Refusals of a day that others hear of: enough to see what goes on, however many there are."""


def spend_message(
    phone_number: str, client_ip: str, *, has_account: bool, verified_in_block: int
) -> list[str]:
    """Count a message against every limit on messages; the keys to give back if it is not sent.

    Run it in the transaction that issues the code: a refusal rolls back, and counts nothing.

    Raises RateLimited or SmsBudgetExhausted.
    """
    limits = _message_limits(phone_number, client_ip, has_account)
    counts = RateCounter.objects.spend(limits)
    spent = [limit.key for limit in limits if limit.key not in counts]
    if _budget_key() in spent:
        raise SmsBudgetExhausted
    if spent:
        raise RateLimited(RateCounter.objects.seconds_left(spent))
    if counts.get(_budget_key()) == round(settings.SMS_DAILY_BUDGET * BUDGET_WARNING):
        logger.warning("80 % of today's SMS budget is spent")
    _pause_if_unverified(phone_number, counts.get(sent_key(phone_number), 0), verified_in_block)
    return list(counts)


def daily_budget(*, has_account: bool = False) -> list[Limit]:
    """What a message counts against today's budget; nothing where there is none."""
    if not settings.SMS_DAILY_BUDGET:
        return []
    reserve = ACCOUNT_RESERVE if has_account else 0
    return [Limit(_budget_key(), round(settings.SMS_DAILY_BUDGET * (1 + reserve)), DAY_SECONDS)]


def spend_verification(client_ip: str) -> None:
    """Count a typed code against its sender's address. One statement.

    Raises RateLimited.
    """
    key = f"verify_ip:{_network_of(client_ip)}"
    if not RateCounter.objects.spend([Limit(key, settings.VERIFICATIONS_PER_IP, 300)]):
        raise RateLimited(RateCounter.objects.seconds_left([key]))


def is_told_of_network(event: str, client_ip: str) -> bool:
    """Count an event of this network; whether it is among the first 30 of the day."""
    key = f"{event}_ip:{_network_of(client_ip)}"
    return bool(RateCounter.objects.spend([Limit(key, TOLD_PER_NETWORK, DAY_SECONDS)]))


def is_told_of_number(event: str, phone_number: str) -> bool:
    """Count an event of this number; whether it is among the first 10 of the day."""
    key = f"{event}:{phone_number}"
    return bool(RateCounter.objects.spend([Limit(key, TOLD_PER_NUMBER, DAY_SECONDS)]))


def budget_spent_percent() -> int:
    """How much of today's messages is spent; 0, without a statement, where there is no budget."""
    if not settings.SMS_DAILY_BUDGET:
        return 0
    today = RateCounter.objects.filter(key=_budget_key()).values_list("count", flat=True)
    return (today.first() or 0) * 100 // settings.SMS_DAILY_BUDGET


def _pause_if_unverified(phone_number: str, sent: int, verified: int) -> None:
    """Pause a block of numbers that is sent codes nobody types."""
    if sent < BLOCK_MIN_SENT or verified * 100 >= sent * settings.SMS_PREFIX_VERIFIED_PERCENT:
        return
    RateCounter.objects.spend([Limit(paused_key(phone_number), NO_CAP, BLOCK_PAUSE_SECONDS)])
    logger.warning("A block of numbers pauses: %s codes sent, %s typed", sent, verified)


def _message_limits(phone_number: str, client_ip: str, has_account: bool) -> list[Limit]:
    cap = settings.SMS_PER_ACCOUNT if has_account else settings.SMS_PER_NUMBER
    limits = [
        Limit(f"send:{phone_number}", cap, DAY_SECONDS),
        Limit(f"send_ip:{_network_of(client_ip)}", settings.SMS_PER_IP, 600),
    ]
    if is_email(phone_number):
        return limits
    limits += [
        Limit(f"send_prefix:{block_of(phone_number)}", settings.SMS_PER_PREFIX, 3600),
        Limit(sent_key(phone_number), NO_CAP, DAY_SECONDS),
    ]
    return [*limits, *daily_budget(has_account=has_account)]


def _budget_key() -> str:
    return f"sms:{localdate()}"


def _network_of(client_ip: str) -> str:
    """The address, or an IPv6 customer's whole /64."""
    try:
        address = ip_address(client_ip)
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    if isinstance(address, IPv6Address):
        return str(IPv6Address(int(address) >> 64 << 64))
    return str(address)
