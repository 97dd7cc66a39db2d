"""Counts a message with a code against all its limits, in one statement, to stop floods."""

import logging

from django.conf import settings
from django.utils.timezone import localdate

from accounts import limits
from accounts.codes.recipients import get_number_block, is_email
from accounts.codes.risk import RecipientRisk
from accounts.errors import RateLimited, SmsBudgetExhausted
from accounts.models import RateCounter
from accounts.models.rate_counter import Limit
from loopin.errors import raises
from loopin.web.client_network import get_network

logger = logging.getLogger(__name__)

BLOCK_MIN_SENT = 20
BUDGET_WARNING = 0.8
ACCOUNT_RESERVE = 0.2


@raises(limits.spend, SmsBudgetExhausted)
def spend_message(recipient: str, client_ip: str, recipient_risk: RecipientRisk) -> list[str]:
    """Count a message against all limits on messages, and return the keys to undo it.

    Run it in the transaction that issues the code, so that a refusal rolls back every count.
    """
    try:
        counts = limits.spend(_message_limits(recipient, client_ip, recipient_risk))
    except RateLimited as refused:
        if budget_key() in refused.keys:
            raise SmsBudgetExhausted from None
        raise
    if counts.get(budget_key()) == round(settings.SMS_DAILY_BUDGET * BUDGET_WARNING):
        logger.warning("80 % of today's SMS budget is spent")
    block = get_number_block(recipient)
    if limits.BLOCK_SENT.key_for(block) in counts:
        _pause_if_unverified(block, counts, recipient_risk.verified_in_block)
    return list(counts)


@raises(limits.spend)
def spend_refusal(client_ip: str) -> None:
    """Count a request that is refused for what is known of its number as if a code had been sent.

    So nobody checks more numbers than they could ask codes for. Run it outside any transaction.
    """
    limits.spend([limits.CODES_FOR_NETWORK.limit_for(get_network(client_ip))])


def seconds_until_room(recipient: str, client_ip: str, recipient_risk: RecipientRisk) -> int:
    """Seconds until `spend_message` has room in every limit, 0 if it has."""
    counted = _message_limits(recipient, client_ip, recipient_risk)
    return RateCounter.objects.seconds_until_room(counted)


def daily_budget(*, is_spared: bool = False) -> list[Limit]:
    """The limit of today's budget; an empty list if no budget is set."""
    if not settings.SMS_DAILY_BUDGET:
        return []
    reserve = ACCOUNT_RESERVE if is_spared else 0
    cap = round(settings.SMS_DAILY_BUDGET * (1 + reserve))
    return [limits.MESSAGES_TODAY.limit_for(localdate(), cap=cap)]


def budget_key() -> str:
    return limits.MESSAGES_TODAY.key_for(localdate())


def budget_spent_percent() -> int:
    """How much of today's budget is spent; 0, without a statement, if no budget is set."""
    if not settings.SMS_DAILY_BUDGET:
        return 0
    return RateCounter.objects.get_count(budget_key()) * 100 // settings.SMS_DAILY_BUDGET


def _pause_if_unverified(block: str, counts: dict[str, int], verified: int) -> None:
    """Pause a block of numbers if too few of the codes sent to it are verified."""
    sent = counts[limits.BLOCK_SENT.key_for(block)]
    if sent < BLOCK_MIN_SENT or verified * 100 >= sent * settings.SMS_PREFIX_VERIFIED_PERCENT:
        return
    limits.spend([limits.BLOCK_PAUSED.limit_for(block)])
    logger.warning("A block of numbers pauses: %s codes sent, %s typed", sent, verified)


def _message_limits(recipient: str, client_ip: str, recipient_risk: RecipientRisk) -> list[Limit]:
    """A known device counts for itself alone; blocks count numbers that are not spared."""
    is_spared = recipient_risk.is_spared
    budget = [] if is_email(recipient) else daily_budget(is_spared=is_spared)
    if recipient_risk.is_known_device:
        return [limits.CODES_TO_KNOWN_DEVICES.limit_for(recipient), *budget]
    recipient_limit = limits.CODES_TO_ACCOUNT if is_spared else limits.CODES_TO_RECIPIENT
    counted = [
        recipient_limit.limit_for(recipient),
        limits.CODES_FOR_NETWORK.limit_for(get_network(client_ip)),
        *budget,
    ]
    if is_spared or is_email(recipient):
        return counted
    block = get_number_block(recipient)
    return [*counted, limits.CODES_TO_BLOCK.limit_for(block), limits.BLOCK_SENT.limit_for(block)]
