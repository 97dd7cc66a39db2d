"""Signs staff in: checks the password, and a code of an authenticator app or a recovery code."""

import logging
import math

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import limits
from accounts.errors import RateLimited
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
from accounts.sessions.user_agent import Device
from accounts.staff.errors import SignInRefused, WrongSecondFactor

logger = logging.getLogger(__name__)


def check_password(username: str, password: str, device: Device) -> User:
    """Find the member of staff whom this username and password belong to.

    Raises SignInRefused, or TooManyGuesses.
    """
    try:
        user = passwords.check_by_username(username, password, device)
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


def check_second_factor(user: User, code: str, device: Device) -> None:
    """Check a code of the app or a recovery code, and mark it as used.

    Raises WrongSecondFactor, or TooManyGuesses: each wrong code doubles the wait for the next, from
    a second on. A known device has a limit of its own instead, so that somebody who has the
    password alone cannot make its owner wait.
    """
    is_known = device.proof == user.device_proof
    if is_known:
        _spend_known_guess(user.pk)
    if not _is_right(user.pk, normalize(code), is_known=is_known):
        logger.warning("Wrong second factor of user %d", user.pk)
        raise WrongSecondFactor


def _spend_known_guess(user_id: int) -> None:
    try:
        limits.spend([limits.SECOND_FACTORS_OF_KNOWN_DEVICES.limit_for(user_id)])
    except RateLimited as refused:
        raise TooManyGuesses(refused.retry_after) from None


@transaction.atomic
def _is_right(user_id: int, code: str, *, is_known: bool) -> bool:
    """Returns the result instead of raising, so that the count of a wrong guess is committed."""
    totp = _locked_device(user_id, is_throttled=not is_known)
    if totp is None:
        return False
    throttle = totp.throttling_failure_timestamp, totp.throttling_failure_count
    if is_known:
        totp.throttle_reset(commit=False)
    if len(code) == totp.digits:
        is_right = bool(totp.verify_token(code))
    else:
        is_right = _use_recovery_code(totp, code)
    if is_known and not is_right:
        totp.throttling_failure_timestamp, totp.throttling_failure_count = throttle
        totp.save()
    return is_right


def _use_recovery_code(totp: AuthenticatorApp, code: str) -> bool:
    if not RecoveryCode.objects.use(totp.user_id, code):
        totp.throttle_increment()
        return False
    totp.throttle_reset()
    logger.warning("User %d used a recovery code", totp.user_id)
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
    User.objects.revoke_devices(user_id)
    Session.objects.filter(user_id=user_id).revoke()
    ApiToken.objects.filter(user_id=user_id).revoke()
    SecurityEvent.objects.record(Kind.SECOND_FACTOR_RESET, user_id=user_id)
    logger.warning("The second factor of user %d was reset", user_id)


def _locked_device(user_id: int, *, is_throttled: bool) -> AuthenticatorApp | None:
    """Lock and return the app, so that one code lets only one caller in. Raises TooManyGuesses."""
    apps = AuthenticatorApp.objects.select_for_update()
    device: AuthenticatorApp | None = apps.filter(user_id=user_id).first()
    if device is None or not is_throttled:
        return device
    is_allowed, reason = device.verify_is_allowed()
    if not is_allowed:
        wait = (reason["locked_until"] - timezone.now()).total_seconds()
        raise TooManyGuesses(max(1, math.ceil(wait)))
    return device
