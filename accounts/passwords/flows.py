"""Checks a password, sets one, and resets it for the person who has the phone."""

from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts import limits
from accounts.codes import flows as codes
from accounts.codes.challenge import Challenge
from accounts.codes.flows import CodeSent
from accounts.codes.request import CodeRequest
from accounts.errors import (
    AccountInactive,
    CodeNotFound,
    EmailTaken,
    RateLimited,
    TooManyChanges,
    UserNotFound,
)
from accounts.messaging import notices
from accounts.models import SecurityEvent, Session, User
from accounts.models.known_device import DeviceProof
from accounts.models.phone_otp import Purpose
from accounts.models.security_event import Kind
from accounts.models.session import Caller
from accounts.passwords import guess_limits, rules
from accounts.passwords.errors import InvalidCredentials, PasswordsBusy, SignInTooOld
from accounts.sessions.user_agent import Device
from loopin.errors import LoopinError, ValidationFailed, raises


@raises(guess_limits.spend_guess, InvalidCredentials, AccountInactive, PasswordsBusy)
def check_by_email(email: str, password: str, device: Device) -> User:
    """Find the customer whom this e-mail address and password belong to.

    The guess is counted before the passwords are compared. An unknown address takes as long as a
    wrong password. Only who knows the password learns that the account is inactive.
    """
    user = User.objects.find_by_email(email)
    return _compare(user, password, email, device, by="email")


@raises(guess_limits.spend_guess, InvalidCredentials, AccountInactive, PasswordsBusy)
def check_by_username(username: str, password: str, device: Device) -> User:
    """The same for staff, who sign in with a username."""
    username = User.normalize_username(username)
    user = User.objects.filter(username=username).first()
    return _compare(user, password, username, device)


@raises(guess_limits.spend_guess, InvalidCredentials, AccountInactive, PasswordsBusy)
def _compare(
    found: User | None, password: str, login_name: str, device: Device, *, by: str = "username"
) -> User:
    """Return the user if this is their password. `login_name`: under which guesses are counted."""
    guess_limits.spend_guess(login_name, device, found)
    try:
        user = authenticate(user=found, password=password, by=by)
    except PasswordsBusy:
        guess_limits.give_back_guess(login_name, device, found)
        raise
    if not isinstance(user, User):
        raise InvalidCredentials
    guess_limits.forget_guesses(login_name, device, user)
    if not user.is_active:
        raise AccountInactive
    return user


@raises(PasswordsBusy)
def set_password(user: User, password: str) -> None:
    """Hash a password for a user who is saved later: hashing is slow on purpose, and no transaction
    should be open in the meantime."""
    user.set_password(password)


@raises(check_by_email, SignInTooOld, ValidationFailed, TooManyChanges, EmailTaken, set_password)
def set_own(
    caller: Caller, password: str, current_password: str | None, device: Device
) -> DeviceProof:
    """Set the caller's first password, or change it; their other devices are signed out.

    All devices become strangers. Returns what the caller's proves from here on.

    To change a password the caller gives the current one. To set the first one, they must have
    signed in by phone within the last 5 minutes.
    """
    user = User.objects.get(pk=caller.user_id)
    if user.has_usable_password():
        check_by_email(user.email, current_password or "", device)
    elif not Session.objects.is_fresh(caller.session_id):
        raise SignInTooOld
    _require_strong(password, user)
    _spend_change(user)
    set_password(user, password)
    _save_password(user, except_session=caller)
    return user.device_proof


@raises(TooManyChanges)
def _spend_change(user: User) -> None:
    """Count a change, because of each the person is told by messages that cost money."""
    try:
        limits.spend([limits.PASSWORD_CHANGES_OF_ACCOUNT.limit_for(user.pk)])
    except RateLimited as refused:
        raise TooManyChanges(refused.retry_after) from None


@raises(codes.send, without=codes.EMAIL_ERRORS)
def request_reset(phone_number: str, code_request: CodeRequest) -> CodeSent:
    """Send a code to this number; the answer is the same whether it has an account or not."""
    return codes.send(phone_number, Purpose.RESET_PASSWORD, code_request)


@raises(codes.prove, ValidationFailed, UserNotFound, AccountInactive, EmailTaken, set_password)
def reset(phone_number: str, otp_code: str, password: str, device: Device) -> DeviceProof:
    """Set the password of the person who proves the number, sign every device out, and tell them.

    All devices become strangers. Returns what this one proves from here on.

    A person who proves a number without an account is told so. A password that is too weak costs a
    guess, but the code can be used again.
    """
    challenge = codes.prove(phone_number, Purpose.RESET_PASSWORD, otp_code, device)
    # The password is only checked now, because it is compared with the person's name and e-mail
    # address, and the result would tell a stranger what they are.
    owner = User.objects.filter(phone_number=phone_number).first()
    _require_strong(password, owner or User())
    if owner is not None:
        set_password(owner, password)
    outcome = _reset(challenge, owner)
    if isinstance(outcome, LoopinError):
        raise outcome
    return outcome.device_proof


def _require_strong(password: str, user: User) -> None:
    """A password that is like the user's own name or e-mail address is weak, too."""
    try:
        rules.password(password, user)
    except ValidationError as error:
        raise ValidationFailed.from_rule("password", error) from None


@transaction.atomic
def _reset(challenge: Challenge, user: User | None) -> User | LoopinError:
    """Errors are returned, because raising one would roll back that the code was used."""
    if not challenge.consume():
        return CodeNotFound()
    locked = User.objects.select_for_update(no_key=True)
    owner = locked.filter(phone_number=challenge.recipient, is_verified=True).first()
    if user is None or owner != user:
        return UserNotFound()
    if not owner.is_active:
        return AccountInactive()
    try:
        _save_password(user)
    except EmailTaken as error:
        return error
    return user


@raises(EmailTaken)
def save(user: User, *names: str) -> None:
    """Save the fields of these names, or all.

    After EmailTaken the transaction around this call has to be rolled back.
    """
    try:
        user.save(update_fields=names or None)
    except IntegrityError as error:
        if "user_email_login_is_unique" not in str(error):
            raise
        raise EmailTaken from None


@transaction.atomic
def _save_password(user: User, *, except_session: Caller | None = None) -> None:
    """Save a password that is already set, end every session except the caller's own, and tell the
    person after the commit.

    The password is set before this transaction, because hashing is slow on purpose and nobody
    should wait for a lock in the meantime.
    """
    save(user, "password")
    others = Session.objects.filter(user=user)
    if except_session is not None:
        others = others.exclude(pk=except_session.session_id)
    others.revoke()
    SecurityEvent.objects.record(Kind.PASSWORD_CHANGED, user_id=user.pk)
    notices.password_changed(user)
