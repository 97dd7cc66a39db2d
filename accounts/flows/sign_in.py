"""Signing up and in: ask for a code, prove the number, leave. Both doors go through here."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts import signals, sms
from accounts.errors import (
    AccountInactive,
    AttemptsExceeded,
    CodeNotFound,
    NumberRefused,
    SmsUnavailable,
    UserExists,
    UserNotFound,
    WrongCode,
)
from accounts.models import PhoneOTP, SecurityEvent, Session, User
from accounts.models.phone_otp import Challenge, Purpose
from accounts.models.security_event import Kind
from accounts.models.user import Account
from loopin.errors import LoopinError


@dataclass(frozen=True)
class CodeSent:
    """A code is on its way. Times are in seconds."""

    phone_number: str
    otp_length: int
    expires_in: int
    resend_after: int


@dataclass(frozen=True)
class SignedIn:
    account: Account
    session_id: UUID


def request_signup_code(phone_number: str, *, source: str) -> CodeSent:
    """Send a code to somebody who wants an account; an unfinished one counts as none.

    Raises UserExists or AccountInactive (neither with `UNIFIED_SIGNUP`), and what `request_code`
    does.
    """
    account = User.objects.account_of(phone_number)
    if account is not None and not settings.UNIFIED_SIGNUP:
        if account.has_profile:
            raise UserExists
        _refuse_inactive(account)
    return _send_code(phone_number, account, source)


def request_login_code(phone_number: str, *, source: str) -> CodeSent:
    """Send a code to somebody who has an account.

    Raises UserNotFound or AccountInactive (neither with `UNIFIED_SIGNUP`), and what `request_code`
    does.
    """
    account = User.objects.account_of(phone_number)
    if not settings.UNIFIED_SIGNUP:
        if account is None:
            raise UserNotFound
        _refuse_inactive(account)
    return _send_code(phone_number, account, source)


def request_code(phone_number: str, *, source: str) -> CodeSent:
    """Send a code to anybody, alike for known and unknown numbers.

    Raises ResendTooSoon, NumberRefused or SmsUnavailable; after the last two all is as before.
    """
    return _send_code(phone_number, User.objects.account_of(phone_number), source)


def _refuse_inactive(account: Account) -> None:
    if not account.is_active:
        raise AccountInactive


def _send_code(phone_number: str, account: Account | None, source: str) -> CodeSent:
    has_profile = account is not None and account.has_profile
    with transaction.atomic():
        issued = PhoneOTP.objects.issue(phone_number, Purpose.SIGN_IN)
        signals.code_requested.send(
            PhoneOTP, phone_number=phone_number, source=source, has_profile=has_profile
        )
    try:
        sms.send_code(phone_number, issued.otp_code)
    except (NumberRefused, SmsUnavailable) as error:
        with transaction.atomic():
            PhoneOTP.objects.withdraw(issued)
            signals.code_undelivered.send(PhoneOTP, phone_number=phone_number, reason=error.reason)
        raise
    return CodeSent(
        phone_number=phone_number,
        otp_length=len(issued.otp_code),
        expires_in=settings.OTP_LIFETIME_SECONDS,
        resend_after=settings.OTP_RESEND_SECONDS,
    )


def verify_code(phone_number: str, otp_code: str) -> SignedIn:
    """Exchange the right code for a session, creating the account on the first time.

    The guess is counted and committed before it is compared; using the code up, the account and
    the session then commit together or not at all.

    Raises WrongCode, CodeNotFound, CodeExpired, AttemptsExceeded or AccountInactive.
    """
    try:
        challenge = PhoneOTP.objects.charge(phone_number, Purpose.SIGN_IN)
    except AttemptsExceeded:
        SecurityEvent.objects.record(Kind.ATTEMPTS_EXCEEDED, phone_number=phone_number)
        raise
    if not challenge.accepts(otp_code):
        SecurityEvent.objects.record(Kind.CODE_REFUSED, phone_number=phone_number)
        signals.code_refused.send(PhoneOTP, phone_number=phone_number)
        raise WrongCode(challenge.attempts_remaining)
    outcome = _sign_in(challenge)
    if isinstance(outcome, LoopinError):
        raise outcome
    return outcome


@transaction.atomic
def _sign_in(challenge: Challenge) -> SignedIn | LoopinError:
    """Errors are returned, not raised: the code stays used up."""
    if not challenge.consume():
        return CodeNotFound()
    account = User.objects.with_proven_phone(challenge.phone_number)
    signals.phone_verified.send(User, phone_number=account.phone_number, account=account)
    if not account.is_active:
        return AccountInactive()
    return SignedIn(account, Session.objects.start(account.pk, phone_number=account.phone_number))


def sign_out(session_id: UUID) -> None:
    """End one session at once, in whichever door it was opened."""
    Session.objects.filter(pk=session_id).revoke()


def seconds_until_resend(phone_number: str) -> int:
    """How long the number has to wait for another code; 0 when it may ask."""
    return PhoneOTP.objects.seconds_until_resend(phone_number, Purpose.SIGN_IN)
