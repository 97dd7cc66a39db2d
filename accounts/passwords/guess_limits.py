"""What guesses at passwords cost: each is counted before it is compared."""

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
def spend_guess(name: str, client_ip: str) -> None:
    """Count a guess; what is refused counts against the limits that still have room."""
    counted = [
        limits.PASSWORDS_OF_NETWORK.limit_for(get_network(client_ip)),
        limits.PASSWORDS_OF_NAME.limit_for(name.casefold()),
        _of_name_in_network(name, client_ip),
    ]
    try:
        limits.spend(counted)
    except RateLimited as refused:
        logger.warning("Password guesses from %s refused for %d s", client_ip, refused.retry_after)
        raise TooManyGuesses(refused.retry_after) from None


def forget_guesses(name: str, client_ip: str) -> None:
    """The password was right: this name in this network starts afresh, no other."""
    RateCounter.objects.reset(_of_name_in_network(name, client_ip).key)


def _of_name_in_network(name: str, client_ip: str) -> Limit:
    return limits.PASSWORDS_OF_NAME_IN_NETWORK.limit_for(get_network(client_ip), name.casefold())
