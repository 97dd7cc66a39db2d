"""Sends a code to a recipient for one purpose, and checks it when it comes back."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate

from accounts import limits, signals
from accounts.codes import challenge as challenges
from accounts.codes import hashing, message_limits, risk
from accounts.codes.challenge import Challenge, IssuedCode
from accounts.codes.claims import claims_of
from accounts.codes.recipients import is_email
from accounts.codes.request import CodeRequest
from accounts.codes.risk import RecipientRisk
from accounts.errors import (
    AttemptsExceeded,
    CodeExpired,
    CountryNotAllowed,
    EmailUnavailable,
    NumberRefused,
    RateLimited,
    SmsBudgetExhausted,
    SmsUnavailable,
    WrongCode,
)
from accounts.messaging import delivery, email
from accounts.messaging.channels import Channel
from accounts.models import PhoneOTP, RateCounter, SecurityEvent
from accounts.models.phone_otp import PendingCode, Purpose
from accounts.models.security_event import Kind
from accounts.phone import numbers
from loopin.config.otp_test_numbers import fixed_codes
from loopin.errors import errors_of, raises
from loopin.web.client_network import get_network

SENSITIVE_CODE_LENGTH = hashing.MEDIUM_LENGTH
"""Digits of codes that permit more than signing in."""

SMS_ERRORS = (CountryNotAllowed, SmsBudgetExhausted, *errors_of(delivery.send_code))
EMAIL_ERRORS = errors_of(email.send_code)
"""What only a code meets that goes by SMS, and what only one that goes by e-mail."""


@dataclass(frozen=True)
class CodeSent:
    """A code that was sent. Times are in seconds."""

    recipient: str
    otp_length: int
    expires_in: int
    resend_after: int


@raises(message_limits.spend_message, challenges.issue, *SMS_ERRORS, *EMAIL_ERRORS)
def send(
    recipient: str,
    purpose: Purpose,
    code_request: CodeRequest,
    *,
    recipient_risk: RecipientRisk | None = None,
    min_length: int = 0,
) -> CodeSent:
    """Send a code that works for this purpose alone, of `min_length` digits or more.

    `recipient`: a phone number (E.164), or an e-mail address, for which fewer limits count. If an
    error is raised, limits and earlier codes are as they were before.
    """
    recipient_risk = recipient_risk or risk.find_risk(recipient)
    fixed_code = _fixed_codes().get(recipient)
    facts = _facts(recipient, purpose, code_request, recipient_risk)
    try:
        if fixed_code is None:
            _refuse_blocked_recipient(recipient, recipient_risk)
        with transaction.atomic():
            code = fixed_code or hashing.generate_code(max(recipient_risk.otp_length, min_length))
            claims = claims_of(code_request)
            issued = challenges.issue(recipient, purpose, code, claims=claims)
            spent = [] if fixed_code else _spend(recipient, recipient_risk, code_request.client_ip)
            signals.code_requested.send(PhoneOTP, **facts)
    except (RateLimited, CountryNotAllowed, SmsBudgetExhausted) as error:
        _announce_refusal(facts, error.reason, code_request.client_ip)
        raise
    if fixed_code is None:
        _deliver(recipient, purpose, issued, spent, code_request.channel)
    _announce_claim(facts, code_request.contact_consent)
    return CodeSent(
        recipient=recipient,
        otp_length=len(issued.otp_code),
        expires_in=settings.OTP_LIFETIME_SECONDS,
        resend_after=issued.resend_after,
    )


@raises(limits.spend, challenges.charge, WrongCode)
def prove(recipient: str, purpose: Purpose, otp_code: str, *, client_ip: str) -> Challenge:
    """The challenge that this code answers, to be consumed in the transaction of what it allows.

    Run it outside any transaction: the guess is counted whatever happens next.
    """
    limits.spend([limits.GUESSES_OF_NETWORK.limit_for(get_network(client_ip))])
    try:
        challenge = challenges.charge(recipient, purpose, len(otp_code))
    except AttemptsExceeded:
        SecurityEvent.objects.record(Kind.ATTEMPTS_EXCEEDED, recipient=recipient)
        if limits.try_spend(limits.LOCKED_REPORTS.limit_for(recipient)):
            signals.code_locked.send(PhoneOTP, recipient=recipient, purpose=purpose)
        raise
    except CodeExpired:
        if limits.try_spend(limits.EXPIRED_REPORTS.limit_for(recipient)):
            signals.code_expired.send(PhoneOTP, recipient=recipient, purpose=purpose)
        raise
    if not challenge.accepts(otp_code):
        risk.count_wrong_guess()
        SecurityEvent.objects.record(Kind.CODE_REFUSED, recipient=recipient)
        signals.code_refused.send(PhoneOTP, recipient=recipient, purpose=purpose)
        raise WrongCode(challenge.attempts_remaining)
    return challenge


def pending(recipient: str, purpose: Purpose) -> PendingCode:
    """The length and the cooldown of the recipient's last code, for the page that asks for it."""
    return PhoneOTP.objects.pending(recipient, purpose)


def _facts(
    recipient: str, purpose: Purpose, code_request: CodeRequest, recipient_risk: RecipientRisk
) -> dict[str, Any]:
    """What the signals about a request carry, whether a code is sent or not."""
    return {
        "recipient": recipient,
        "purpose": purpose,
        "source": code_request.source,
        "channel": code_request.channel.value,
        "ip_country": code_request.ip_country,
        "is_proven": recipient_risk.account is not None and recipient_risk.account.is_verified,
        "has_profile": recipient_risk.account is not None and recipient_risk.account.has_profile,
    }


def _announce_claim(facts: dict[str, Any], contact_consent: bool | None) -> None:
    """Tell what was said of a number that nobody has proven, once the request has succeeded."""
    if contact_consent is not None and not facts["is_proven"]:
        signals.consent_claimed.send(PhoneOTP, **facts, contact_consent=contact_consent)


def _announce_refusal(facts: dict[str, Any], reason: str, client_ip: str) -> None:
    """Send the signal in a transaction of its own, because that of the request is rolled back."""
    with transaction.atomic():
        if limits.try_spend(limits.WITHHELD_REPORTS.limit_for(get_network(client_ip))):
            signals.code_withheld.send(PhoneOTP, **facts, reason=reason)


def _refuse_blocked_recipient(recipient: str, recipient_risk: RecipientRisk) -> None:
    allowed = settings.SMS_ALLOWED_COUNTRIES
    if allowed and not is_email(recipient) and numbers.country(recipient) not in allowed:
        raise CountryNotAllowed
    if recipient_risk.paused_for:
        raise RateLimited(recipient_risk.paused_for)


def _spend(recipient: str, recipient_risk: RecipientRisk, client_ip: str) -> list[str]:
    """Count the message against its limits, and return their keys."""
    if recipient_risk.otp_length > settings.OTP_LENGTH:
        SecurityEvent.objects.record(Kind.CODE_LENGTHENED, recipient=recipient)
    return message_limits.spend_message(
        recipient,
        client_ip,
        has_account=recipient_risk.account is not None,
        verified_in_block=recipient_risk.verified_in_block,
    )


def _deliver(
    recipient: str, purpose: Purpose, issued: IssuedCode, spent: list[str], channel: Channel
) -> None:
    try:
        if is_email(recipient):
            email.send_code(recipient, issued.otp_code)
        else:
            delivery.send_code(recipient, issued.otp_code, purpose=purpose, channel=channel)
    except (NumberRefused, SmsUnavailable, EmailUnavailable) as error:
        with transaction.atomic():
            PhoneOTP.objects.withdraw(issued)
            RateCounter.objects.give_back(spent)
            signals.code_undelivered.send(
                PhoneOTP, recipient=recipient, purpose=purpose, reason=error.reason
            )
        raise


def _fixed_codes() -> dict[str, str]:
    """The codes of `OTP_TEST_NUMBERS`, until the last day of each, in India."""
    if not settings.OTP_TEST_NUMBERS:
        return {}
    return fixed_codes(settings.OTP_TEST_NUMBERS, localdate())
