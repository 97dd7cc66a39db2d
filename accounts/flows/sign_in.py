"""Signing up and in: ask for a code, prove the number, leave. Both doors go through here."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from accounts import limits, otp, phone, signals, sms, standing
from accounts.errors import (
    AccountInactive,
    CodeNotFound,
    CountryNotAllowed,
    NumberRefused,
    RateLimited,
    SmsUnavailable,
    UserExists,
    UserNotFound,
    WrongCode,
)
from accounts.models import PhoneOTP, RateCounter, Session, User
from accounts.models.challenge import Challenge
from accounts.models.phone_otp import IssuedCode, PendingCode, Purpose
from accounts.models.user import Account
from accounts.standing import Standing
from loopin.errors import LoopinError
from loopin.test_numbers import fixed_codes


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


def request_signup_code(phone_number: str, *, source: str, client_ip: str) -> CodeSent:
    """Send a code to somebody who wants an account; an unfinished one counts as none.

    Raises UserExists or AccountInactive (neither with `UNIFIED_SIGNUP`), and what `request_code`
    does.
    """
    known = standing.of(phone_number)
    if known.account is not None and not settings.UNIFIED_SIGNUP:
        if known.account.has_profile:
            raise UserExists
        _refuse_inactive(known.account)
    return _send_code(phone_number, known, source, client_ip)


def request_login_code(phone_number: str, *, source: str, client_ip: str) -> CodeSent:
    """Send a code to somebody who has an account.

    Raises UserNotFound or AccountInactive (neither with `UNIFIED_SIGNUP`), and what `request_code`
    does.
    """
    known = standing.of(phone_number)
    if not settings.UNIFIED_SIGNUP:
        if known.account is None:
            raise UserNotFound
        _refuse_inactive(known.account)
    return _send_code(phone_number, known, source, client_ip)


def request_code(phone_number: str, *, source: str, client_ip: str) -> CodeSent:
    """Send a code to anybody, alike for known and unknown numbers.

    Raises ResendTooSoon, RateLimited, CountryNotAllowed, SmsBudgetExhausted, NumberRefused or
    SmsUnavailable; after each of them all is as before.
    """
    return _send_code(phone_number, standing.of(phone_number), source, client_ip)


def _refuse_inactive(account: Account) -> None:
    if not account.is_active:
        raise AccountInactive


def _send_code(phone_number: str, known: Standing, source: str, client_ip: str) -> CodeSent:
    fixed_code = _fixed_codes().get(phone_number)
    if fixed_code is None:
        _refuse_unwelcome(phone_number, known)
    with transaction.atomic():
        issued, spent = _issue(phone_number, known, fixed_code, client_ip)
        has_profile = known.account is not None and known.account.has_profile
        signals.code_requested.send(
            PhoneOTP, phone_number=phone_number, source=source, has_profile=has_profile
        )
    if fixed_code is None:
        _deliver(phone_number, issued, spent)
    return CodeSent(
        phone_number=phone_number,
        otp_length=len(issued.otp_code),
        expires_in=settings.OTP_LIFETIME_SECONDS,
        resend_after=issued.resend_after,
    )


def _refuse_unwelcome(phone_number: str, known: Standing) -> None:
    allowed = settings.SMS_ALLOWED_COUNTRIES
    if allowed and phone.country(phone_number) not in allowed:
        raise CountryNotAllowed
    if known.paused_for:
        raise RateLimited(known.paused_for)


def _issue(
    phone_number: str, known: Standing, fixed_code: str | None, client_ip: str
) -> tuple[IssuedCode, list[str]]:
    code = fixed_code or otp.draw_code(known.otp_length)
    issued = PhoneOTP.objects.issue(phone_number, Purpose.SIGN_IN, code)
    if fixed_code:
        return issued, []
    spent = limits.spend_message(
        phone_number,
        client_ip,
        has_account=known.account is not None,
        verified_in_block=known.verified_in_block,
    )
    return issued, spent


def _deliver(phone_number: str, issued: IssuedCode, spent: list[str]) -> None:
    try:
        sms.send_code(phone_number, issued.otp_code)
    except (NumberRefused, SmsUnavailable) as error:
        with transaction.atomic():
            PhoneOTP.objects.withdraw(issued)
            RateCounter.objects.give_back(spent)
            signals.code_undelivered.send(PhoneOTP, phone_number=phone_number, reason=error.reason)
        raise


def _fixed_codes() -> dict[str, str]:
    """The codes of `OTP_TEST_NUMBERS`, until the last day of each, in India."""
    if not settings.OTP_TEST_NUMBERS:
        return {}
    return fixed_codes(settings.OTP_TEST_NUMBERS, datetime.now(ZoneInfo("Asia/Kolkata")).date())


def verify_code(phone_number: str, otp_code: str, *, client_ip: str) -> SignedIn:
    """Exchange the right code for a session, creating the account on the first time.

    The guess is counted and committed before it is compared; using the code up, the account and
    the session then commit together or not at all.

    Raises WrongCode, WrongLength, CodeNotFound, CodeExpired, AttemptsExceeded, RateLimited or
    AccountInactive.
    """
    limits.spend_verification(client_ip)
    challenge = PhoneOTP.objects.charge(phone_number, Purpose.SIGN_IN, len(otp_code))
    if not challenge.accepts(otp_code):
        standing.count_wrong_guess()
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
    return SignedIn(account, Session.objects.start(account.pk))


def sign_out(session_id: UUID) -> None:
    """End one session at once, in whichever door it was opened."""
    Session.objects.filter(pk=session_id).revoke()


def pending_code(phone_number: str) -> PendingCode:
    """What the code step has to know of the number's last code."""
    return PhoneOTP.objects.pending(phone_number, Purpose.SIGN_IN)
