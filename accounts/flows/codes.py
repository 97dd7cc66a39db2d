"""Codes for what is not signing in: sent to a number for one purpose, and proven."""

from django.conf import settings
from django.db import transaction

from accounts import sms
from accounts.errors import NumberRefused, SmsUnavailable, WrongCode
from accounts.flows.sign_in import CodeSent
from accounts.models import PhoneOTP
from accounts.models.phone_otp import Challenge, Purpose


def send(phone_number: str, purpose: Purpose) -> CodeSent:
    """Send a code that works for this purpose alone.

    Raises ResendTooSoon, NumberRefused or SmsUnavailable; after the last two all is as before.
    """
    with transaction.atomic():
        issued = PhoneOTP.objects.issue(phone_number, purpose)
    try:
        sms.send_code(phone_number, issued.otp_code)
    except (NumberRefused, SmsUnavailable):
        PhoneOTP.objects.withdraw(issued)
        raise
    return CodeSent(
        phone_number=phone_number,
        otp_length=len(issued.otp_code),
        expires_in=settings.OTP_LIFETIME_SECONDS,
        resend_after=settings.OTP_RESEND_SECONDS,
    )


def prove(phone_number: str, purpose: Purpose, otp_code: str) -> Challenge:
    """The challenge that this code answers, to be consumed in the transaction of what it allows.

    Run it outside any transaction: the guess is counted whatever happens next.

    Raises WrongCode, CodeNotFound, CodeExpired or AttemptsExceeded.
    """
    challenge = PhoneOTP.objects.charge(phone_number, purpose)
    if not challenge.accepts(otp_code):
        raise WrongCode(challenge.attempts_remaining)
    return challenge
