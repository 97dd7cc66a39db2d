"""Passwords: compared, set, and set anew by whoever has the phone."""

from typing import Any

from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts import rules
from accounts.codes import flows as codes
from accounts.codes.challenge import Challenge
from accounts.codes.flows import CodeSent
from accounts.codes.request import CodeRequest
from accounts.errors import AccountInactive, CodeNotFound, EmailTaken, UserNotFound
from accounts.messaging import notices
from accounts.models import SecurityEvent, Session, User
from accounts.models.phone_otp import Purpose
from accounts.models.security_event import Kind
from accounts.models.session import Caller
from accounts.passwords import guess_limits
from accounts.passwords.errors import InvalidCredentials, SignInTooOld
from loopin.errors import LoopinError, ValidationFailed, raises


@raises(guess_limits.spend_guess, InvalidCredentials, AccountInactive)
def check(password: str, *, client_ip: str, **name: str) -> User:
    """Whose name (`username` of staff, `email` of customers) and password these are.

    The guess is counted before it is compared. Unknown names take as long as wrong passwords.

    Who knows the password is told of an account that is inactive.
    """
    (typed,) = name.values()
    guess_limits.spend_guess(typed, client_ip)
    credentials: dict[str, Any] = {**name, "password": password}
    user = authenticate(**credentials)
    if not isinstance(user, User):
        raise InvalidCredentials
    guess_limits.forgive(typed, client_ip)
    if not user.is_active:
        raise AccountInactive
    return user


@raises(check, SignInTooOld, ValidationFailed, EmailTaken)
def set_own(caller: Caller, password: str, current_password: str | None, *, client_ip: str) -> None:
    """Set the caller's first password, or another one; their other devices are signed out.

    Whoever has none needs a sign-in of the last 5 minutes, whoever has one needs it.
    """
    user = User.objects.get(pk=caller.user_id)
    if user.has_usable_password():
        check(current_password or "", client_ip=client_ip, email=user.email)
    elif not Session.objects.is_fresh(caller.session_id):
        raise SignInTooOld
    _require_strong(password, user)
    user.set_password(password)
    _keep(user, but=caller)
    notices.password_changed(user)


@raises(codes.send, without=codes.EMAIL_ERRORS)
def request_reset(phone_number: str, asked: CodeRequest) -> CodeSent:
    """Send a code to this number, alike whether it has an account or not."""
    return codes.send(phone_number, Purpose.RESET_PASSWORD, asked, min_length=codes.LONG_ENOUGH)


@raises(codes.prove, ValidationFailed, UserNotFound, AccountInactive, EmailTaken)
def reset(phone_number: str, otp_code: str, password: str, *, client_ip: str) -> None:
    """Set the password of whoever proves the number, sign every device out, and tell them.

    Who proved a number without an account is told so. A password that is too weak costs a guess,
    and does not use the code up.
    """
    challenge = codes.prove(phone_number, Purpose.RESET_PASSWORD, otp_code, client_ip=client_ip)
    # Not before the code: whether it is like a name or an address would tell strangers of them.
    known = User.objects.filter(phone_number=phone_number).first()
    _require_strong(password, known or User())
    if known is not None:
        known.set_password(password)
    outcome = _reset(challenge, known)
    if isinstance(outcome, LoopinError):
        raise outcome
    notices.password_changed(outcome)


def _require_strong(password: str, user: User) -> None:
    """What is like the user's own name or address is weak, too."""
    try:
        rules.password(password, user)
    except ValidationError as error:
        raise ValidationFailed.of("password", error) from None


@transaction.atomic
def _reset(challenge: Challenge, user: User | None) -> User | LoopinError:
    """Errors are returned, not raised: the code stays used up."""
    if not challenge.consume():
        return CodeNotFound()
    locked = User.objects.select_for_update(no_key=True)
    owner = locked.filter(phone_number=challenge.recipient, is_verified=True).first()
    if user is None or owner != user:
        return UserNotFound()
    if not owner.is_active:
        return AccountInactive()
    try:
        _keep(user)
    except EmailTaken as error:
        return error
    return user


@raises(EmailTaken)
def save(user: User, *names: str) -> None:
    """Save the fields of these names, or all. If somebody else signs in with the user's address,
    the transaction around it cannot go on."""
    try:
        user.save(update_fields=names or None)
    except IntegrityError as error:
        if "user_email_login_is_unique" not in str(error):
            raise
        raise EmailTaken from None


@transaction.atomic
def _keep(user: User, *, but: Caller | None = None) -> None:
    """Keep the password that was set, which is hashed by then: that is slow by intent, and nobody
    is to wait for a lock meanwhile. Every session ends, but that of a caller who changes it."""
    save(user, "password")
    others = Session.objects.filter(user=user)
    (others.exclude(pk=but.session_id) if but else others).revoke()
    SecurityEvent.objects.record(Kind.PASSWORD_CHANGED, user_id=user.pk)
