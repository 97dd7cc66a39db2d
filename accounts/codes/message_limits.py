"""Counts a message with a code against all its limits at once, to stop floods.

Where a proof of work may be asked for, some limits come in two steps: past the lower one a request
has to show work, and past the higher one it is refused. A code that is typed makes room again, so
networks, blocks and countries whose people type their codes do not come near the lower step.
"""

import logging
from collections.abc import Callable, Sequence

from django.conf import settings
from django.utils.timezone import localdate

from accounts import limits
from accounts.codes.errors import CountryNotAllowed, SmsBudgetExhausted
from accounts.codes.proof_of_work import PLAIN, Permit, Work
from accounts.codes.recipients import get_country, get_number_block, is_email
from accounts.codes.risk import RecipientRisk
from accounts.errors import RateLimited
from accounts.models import RateCounter
from accounts.models.rate_counter import Limit, name_of
from loopin.errors import raises
from loopin.web.client_network import get_network

logger = logging.getLogger(__name__)

BLOCK_MIN_SENT = 20
BUDGET_WARNING = 0.8
ACCOUNT_RESERVE = 0.2

WITHOUT_WORK = 0.5
"""The share of the limits of a network and a block that needs no work where work is asked for."""
WITH_WORK = 2
"""How often the limits of a number and a network fit into those of requests that show work."""
ROOM_MADE = 2
"""How many messages of its network and block a typed code makes room for."""
ROOM_MADE_IN_COUNTRY = 3
"""The same for its country, where each message counts two."""


@raises(CountryNotAllowed)
def check_country(recipient: str) -> None:
    """Raise if no codes are sent to the country of this phone number."""
    allowed = settings.SMS_ALLOWED_COUNTRIES
    if allowed and not is_email(recipient) and get_country(recipient) not in allowed:
        raise CountryNotAllowed


@raises(limits.spend, SmsBudgetExhausted)
def spend_message(
    recipient: str,
    client_ip: str,
    recipient_risk: RecipientRisk,
    permit: Permit = PLAIN,
    *,
    spend: Callable[[list[Limit]], dict[str, int]] = limits.spend,
) -> list[Limit]:
    """Count a message against all limits on messages, and return them to undo it.

    `spend`: counts against all of them or raises RateLimited, such as the statement that issues the
    code. It is not called if one of them is known to be full. `limits.spend` alone counts where
    there is room, unless a transaction around it is rolled back.
    """
    if recipient_risk.paused_for and permit.work is not Work.DONE:
        raise limits.refusal(recipient_risk.paused_for, [limits.BLOCK_PAUSED.name])
    counted = _message_limits(recipient, client_ip, recipient_risk, permit)
    counts = _count(counted, recipient_risk, spend)
    warned_of = round(settings.SMS_DAILY_BUDGET * BUDGET_WARNING)
    if warned_of and counts.get(budget_key()) == warned_of:
        logger.warning("80 % of today's SMS budget is spent")
    if settings.PROOF_OF_WORK == "track" and not recipient_risk.is_known_device:
        work_missing = Permit(Work.MISSING)
        _track(counts, _message_limits(recipient, client_ip, recipient_risk, work_missing))
    block = get_number_block(recipient)
    if limits.BLOCK_SENT.key_for(block) in counts:
        _pause_if_unverified(block, counts, recipient_risk.verified_in_block)
    return counted


@raises(spend_message)
def check_higher_limits(recipient: str, client_ip: str, recipient_risk: RecipientRisk) -> None:
    """Raise what a request meets even if it shows work, as far as is known; nothing is counted."""
    higher = _message_limits(recipient, client_ip, recipient_risk, Permit(Work.DONE))
    _count(higher, recipient_risk, lambda _: {})


def keys_of(recipient: str, client_ip: str) -> list[str]:
    """The keys of the limits that may refuse this recipient a message, whatever is known of it."""
    network = get_network(client_ip)
    keys = [
        limits.CODES_TO_RECIPIENT.key_for(recipient),
        limits.CODES_TO_KNOWN_DEVICES.key_for(recipient),
        limits.CODES_FOR_NETWORK.key_for(network),
    ]
    if is_email(recipient):
        return keys
    block = get_number_block(recipient)
    return [
        *keys,
        budget_key(),
        limits.CODES_TO_COUNTRY.key_for(get_country(recipient)),
        limits.CODES_TO_BLOCK.key_for(block),
        limits.CODES_TO_PAUSED_BLOCK.key_for(block),
    ]


@raises(limits.spend)
def spend_refusal(client_ip: str) -> None:
    """Count a request that is refused for what is known of its number as if a code had been sent.

    So nobody checks more numbers than they could ask codes for. Run it outside any transaction.
    """
    limits.spend([limits.CODES_FOR_NETWORK.limit_for(get_network(client_ip))])


def seconds_until_room(recipient: str, client_ip: str, recipient_risk: RecipientRisk) -> int:
    """Seconds until a message can be sent, with work where that may be asked for; 0 for at once."""
    may_work = settings.PROOF_OF_WORK == "on" and not recipient_risk.is_known_device
    permit = Permit(Work.DONE if may_work else Work.NOT_ASKED)
    counted = _message_limits(recipient, client_ip, recipient_risk, permit)
    paused_for = 0 if may_work else recipient_risk.paused_for
    return max(paused_for, RateCounter.objects.seconds_until_room(counted))


def room_made_by_typing(recipient: str, client_ip: str) -> list[Limit]:
    """The limits in which a typed code makes room, each by its `amount`.

    The guess itself was right, so it counts for nothing. Messages get no room by codes of e-mail
    addresses, of which anybody has as many as they like, nor by those of test numbers, which are
    not counted when they are asked for.
    """
    network = get_network(client_ip)
    guess = limits.GUESSES_OF_NETWORK.limit_for(network)
    is_test_number = any(entry.startswith(f"{recipient}:") for entry in settings.OTP_TEST_NUMBERS)
    if is_email(recipient) or is_test_number:
        return [guess]
    country, block = get_country(recipient), get_number_block(recipient)
    return [
        guess,
        limits.CODES_FOR_NETWORK.limit_for(network, amount=ROOM_MADE),
        limits.CODES_TO_BLOCK.limit_for(block, amount=ROOM_MADE),
        limits.CODES_TO_COUNTRY.limit_for(country, amount=ROOM_MADE_IN_COUNTRY),
    ]


def daily_budget(*, is_spared: bool = False, work: Work = Work.NOT_ASKED) -> list[Limit]:
    """The limit of today's budget; an empty list if no budget is set."""
    if not settings.SMS_DAILY_BUDGET:
        return []
    for_strangers = BUDGET_WARNING if work is Work.MISSING else 1
    share = 1 + ACCOUNT_RESERVE if is_spared else for_strangers
    return [limits.MESSAGES_TODAY.limit_for(localdate(), factor=share)]


def budget_key() -> str:
    return limits.MESSAGES_TODAY.key_for(localdate())


def budget_spent_percent() -> int:
    """How much of today's budget is spent; 0, without a statement, if no budget is set."""
    if not settings.SMS_DAILY_BUDGET:
        return 0
    return RateCounter.objects.get_count(budget_key()) * 100 // settings.SMS_DAILY_BUDGET


@raises(limits.spend, SmsBudgetExhausted)
def _count(
    counted: list[Limit],
    recipient_risk: RecipientRisk,
    spend: Callable[[list[Limit]], dict[str, int]],
) -> dict[str, int]:
    try:
        limits.check_room(counted, recipient_risk.known)
        return spend(counted)
    except RateLimited as refused:
        if budget_key() in refused.keys:
            raise SmsBudgetExhausted from None
        raise


def _track(counts: dict[str, int], lower: list[Limit]) -> None:
    """Log past which limits this request would have had to show work."""
    caps = {limit.key: limit.cap for limit in lower}
    past = [key for key, count in counts.items() if count > caps[key]]
    if past:
        log_work("would be", past)


def log_work(verb: str, keys: Sequence[str]) -> None:
    """Log the names of the limits that are reached, without what they count: it may be a number."""
    names = sorted({name_of(key) for key in keys})
    logger.info("Proof of work %s asked for: %s", verb, ", ".join(names))


def _pause_if_unverified(block: str, counts: dict[str, int], verified: int) -> None:
    """Pause a block of numbers if too few of the codes sent to it are verified."""
    sent = counts[limits.BLOCK_SENT.key_for(block)]
    if sent < BLOCK_MIN_SENT or verified * 100 >= sent * settings.SMS_PREFIX_VERIFIED_PERCENT:
        return
    if limits.try_spend(limits.BLOCK_PAUSED.limit_for(block, cap=1)):
        logger.warning("A block of numbers pauses: %s codes sent, %s typed", sent, verified)


def _message_limits(
    recipient: str, client_ip: str, recipient_risk: RecipientRisk, permit: Permit
) -> list[Limit]:
    """A known device counts for itself alone; blocks count numbers that are not spared."""
    work, is_spared = permit.work, recipient_risk.is_spared
    budget = [] if is_email(recipient) else daily_budget(is_spared=is_spared, work=work)
    if recipient_risk.is_known_device:
        return [limits.CODES_TO_KNOWN_DEVICES.limit_for(recipient), *budget]
    recipient_rule = limits.CODES_TO_ACCOUNT if is_spared else limits.CODES_TO_RECIPIENT
    network_factor = WITHOUT_WORK if work is Work.MISSING else WITH_WORK
    network_factor = 1 if work is Work.NOT_ASKED else network_factor
    counted = [
        recipient_rule.limit_for(recipient, factor=WITH_WORK if work is Work.DONE else 1),
        limits.CODES_FOR_NETWORK.limit_for(get_network(client_ip), factor=network_factor),
        *budget,
    ]
    if permit.solution_id:
        counted.append(limits.SOLUTIONS.limit_for(permit.solution_id))
    if is_email(recipient):
        return counted
    return counted + _place_limits(recipient, recipient_risk, work)


def _place_limits(recipient: str, recipient_risk: RecipientRisk, work: Work) -> list[Limit]:
    """The limits of the number's country and, for numbers that are not spared, of its block."""
    places = []
    if settings.PROOF_OF_WORK != "off":
        cap = None if work is Work.MISSING else limits.NO_CAP
        places.append(limits.CODES_TO_COUNTRY.limit_for(get_country(recipient), cap=cap))
    if recipient_risk.is_spared:
        return places
    block = get_number_block(recipient)
    factor = WITHOUT_WORK if work is Work.MISSING else 1
    places += [
        limits.CODES_TO_BLOCK.limit_for(block, factor=factor),
        limits.BLOCK_SENT.limit_for(block),
    ]
    if recipient_risk.paused_for:
        places.append(limits.CODES_TO_PAUSED_BLOCK.limit_for(block))
    return places
