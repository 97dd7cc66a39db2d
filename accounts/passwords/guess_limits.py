"""Limits guesses at passwords: each guess is counted before it is compared."""

import logging

from accounts import limits
from accounts.errors import RateLimited
from accounts.models import RateCounter, User
from accounts.models.rate_counter import Limit
from accounts.passwords.errors import TooManyGuesses
from accounts.sessions.user_agent import Device
from loopin.errors import raises
from loopin.web.client_network import get_network

logger = logging.getLogger(__name__)


@raises(TooManyGuesses)
def spend_guess(login_name: str, device: Device, user: User | None) -> None:
    """Count a guess at the password of this user, or of a name that nobody has.

    A known device of the user has a limit of its own, which strangers cannot reach. A refused
    guess still counts against the limits that have room.
    """
    try:
        limits.spend(_limits(login_name, device, user))
    except RateLimited as refused:
        wait = refused.retry_after
        logger.warning("Password guesses from %s refused for %d s", device.client_ip, wait)
        raise TooManyGuesses(wait) from None


def give_back_guess(login_name: str, device: Device, user: User | None) -> None:
    """Undo the count of a guess that was not compared."""
    RateCounter.objects.give_back(_limits(login_name, device, user))


def forget_guesses(login_name: str, device: Device, user: User) -> None:
    """Reset the count of the user's known devices, or else that of this name in this network,
    after a right password. Other counts stay."""
    RateCounter.objects.reset(_smallest_limit(login_name, device, user).key)


def _limits(login_name: str, device: Device, user: User | None) -> list[Limit]:
    counted = [_smallest_limit(login_name, device, user)]
    if not _is_known(device, user):
        counted += [
            limits.PASSWORDS_OF_NETWORK.limit_for(get_network(device.client_ip)),
            limits.PASSWORDS_OF_NAME.limit_for(login_name.casefold()),
        ]
    return counted


def _smallest_limit(login_name: str, device: Device, user: User | None) -> Limit:
    if user is not None and _is_known(device, user):
        return limits.PASSWORDS_OF_KNOWN_DEVICES.limit_for(user.pk)
    return limits.PASSWORDS_OF_NAME_IN_NETWORK.limit_for(
        get_network(device.client_ip), login_name.casefold()
    )


def _is_known(device: Device, user: User | None) -> bool:
    return user is not None and device.proof == user.device_proof
