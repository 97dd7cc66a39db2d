"""Limits guesses at passwords: each guess is counted before it is compared."""

import logging

from accounts import limits
from accounts.errors import RateLimited
from accounts.models import RateCounter
from accounts.models.rate_counter import Limit
from accounts.passwords.errors import TooManyGuesses
from loopin.errors import raises
from loopin.web.client_network import get_network

logger = logging.getLogger(__name__)


@raises(TooManyGuesses)
def spend_guess(login_name: str, client_ip: str) -> None:
    """Count a guess. A refused guess still counts against the limits that have room."""
    try:
        limits.spend(_limits(login_name, client_ip))
    except RateLimited as refused:
        logger.warning("Password guesses from %s refused for %d s", client_ip, refused.retry_after)
        raise TooManyGuesses(refused.retry_after) from None


def give_back_guess(login_name: str, client_ip: str) -> None:
    """Undo the count of a guess that was not compared."""
    RateCounter.objects.give_back([limit.key for limit in _limits(login_name, client_ip)])


def forget_guesses(login_name: str, client_ip: str) -> None:
    """Reset the count of this name in this network, after a right password. Other counts stay."""
    RateCounter.objects.reset(_limit_in_network(login_name, client_ip).key)


def _limits(login_name: str, client_ip: str) -> list[Limit]:
    return [
        limits.PASSWORDS_OF_NETWORK.limit_for(get_network(client_ip)),
        limits.PASSWORDS_OF_NAME.limit_for(login_name.casefold()),
        _limit_in_network(login_name, client_ip),
    ]


def _limit_in_network(login_name: str, client_ip: str) -> Limit:
    return limits.PASSWORDS_OF_NAME_IN_NETWORK.limit_for(
        get_network(client_ip), login_name.casefold()
    )
