"""Signs staff in: checks the password, and a code of an authenticator app or a recovery code."""

import logging
import math

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import (
    ApiToken,
    AuthenticatorApp,
    Enrolment,
    RecoveryCode,
    SecurityEvent,
    Session,
    User,
)
from accounts.models.recovery_code import normalize
from accounts.models.security_event import Kind
from accounts.passwords import flows as passwords
from accounts.passwords.errors import InvalidCredentials, TooManyGuesses
from accounts.staff.errors import SignInRefused, WrongSecondFactor

logger = logging.getLogger(__name__)


def check_password(username: str, password: str, *, client_ip: str) -> User:
    """Find the member of staff whom this username and password belong to.

    Raises SignInRefused, or TooManyGuesses.
    """
    try:
        user = passwords.check_by_username(username, password, client_ip=client_ip)
    except InvalidCredentials:
        raise SignInRefused from None
    if not user.is_staff:
        raise SignInRefused
    return user


def is_enrolled(user_id: int) -> bool:
    return bool(AuthenticatorApp.objects.filter(user_id=user_id).exists())


def asks_second_factor(user_id: int) -> bool:
    """Whether the second factor is required, by the settings or because the person has set one
    up."""
    return settings.STAFF_REQUIRE_2FA or is_enrolled(user_id)


def check_second_factor(user_id: int, code: str) -> None:
    """Check a code of the app or a recovery code, and mark it as used.

    Raises WrongSecondFactor, or TooManyGuesses: each wrong code doubles the wait for the next, from
    a second on.
    """
    if not _is_right(user_id, normalize(code)):
        logger.warning("Wrong second factor of user %d", user_id)
        raise WrongSecondFactor


@transaction.atomic
def _is_right(user_id: int, code: str) -> bool:
    """Returns the result instead of raising, so that the count of a wrong guess is committed."""
    device = _locked_device(user_id)
    if device is None:
        return False
    if len(code) == device.digits:
        return bool(device.verify_token(code))
    if not RecoveryCode.objects.use(user_id, code):
        device.throttle_increment()
        return False
    device.throttle_reset()
    logger.warning("User %d used a recovery code", user_id)
    return True


@transaction.atomic
def renew_recovery_codes(user_id: int) -> list[str]:
    """Replace the recovery codes by ten fresh ones."""
    return RecoveryCode.objects.renew(user_id)


@transaction.atomic
def reset_second_factor(user_id: int) -> None:
    """Delete the app's key and the recovery codes, and end every session, enrolment and API token.

    It takes an invitation to set up another (`enrolment.invite`).
    """
    User.objects.select_for_update().get(pk=user_id)
    AuthenticatorApp.objects.filter(user_id=user_id).delete()
    Enrolment.objects.filter(user_id=user_id).delete()
    RecoveryCode.objects.filter(user_id=user_id).delete()
    Session.objects.filter(user_id=user_id).revoke()
    ApiToken.objects.filter(user_id=user_id).revoke()
    SecurityEvent.objects.record(Kind.SECOND_FACTOR_RESET, user_id=user_id)
    logger.warning("The second factor of user %d was reset", user_id)


def _locked_device(user_id: int) -> AuthenticatorApp | None:
    """Lock and return the app, so that one code lets only one caller in. Raises TooManyGuesses."""
    apps = AuthenticatorApp.objects.select_for_update()
    device: AuthenticatorApp | None = apps.filter(user_id=user_id).first()
    if device is None:
        return None
    is_allowed, reason = device.verify_is_allowed()
    if not is_allowed:
        wait = (reason["locked_until"] - timezone.now()).total_seconds()
        raise TooManyGuesses(max(1, math.ceil(wait)))
    return device
