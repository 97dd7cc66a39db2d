"""Sends a code to a recipient for one purpose, and checks it when it comes back."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.utils.timezone import localdate

from accounts import limits, signals
from accounts.codes import announcements, hashing, lanes, message_limits, permits, risk, sending
from accounts.codes import challenge as challenges
from accounts.codes.challenge import Challenge, IssuedCode
from accounts.codes.claims import claims_of
from accounts.codes.errors import CountryNotAllowed, SmsBudgetExhausted, WrongCode
from accounts.codes.proof_of_work import Permit
from accounts.codes.request import CodeRequest
from accounts.codes.risk import RecipientRisk
from accounts.codes.sending import CodeMessage
from accounts.errors import AttemptsExceeded, CodeExpired, RateLimited, ResendTooSoon
from accounts.messaging import funnel
from accounts.messaging.dispatcher import Slot
from accounts.messaging.errors import EmailUnavailable, NumberRefused, SmsUnavailable
from accounts.models import PhoneOTP, SecurityEvent
from accounts.models.known_device import DeviceProof
from accounts.models.phone_otp import Purpose
from accounts.models.phone_otp_rows import PendingCode
from accounts.models.rate_counter import Limit
from accounts.models.security_event import Kind
from accounts.sessions.user_agent import Device
from loopin.config.otp_test_numbers import fixed_codes
from loopin.errors import raises
from loopin.statements.composed import Part

SMS_ERRORS = (CountryNotAllowed, SmsBudgetExhausted, NumberRefused, SmsUnavailable)
EMAIL_ERRORS = (EmailUnavailable,)
"""What only a code meets that goes by SMS, and what only one that goes by e-mail."""
REFUSED_BEFORE_A_CODE = (RateLimited, CountryNotAllowed, SmsBudgetExhausted, *sending.UNAVAILABLE)


class Delivery(StrEnum):
    ACCEPTED = "accepted"
    PENDING = "pending"


@dataclass(frozen=True)
class CodeSent:
    """A code that was sent. Times are in seconds. `delivery`: whether the provider has accepted the
    message, or has not said so yet."""

    recipient: str
    otp_length: int
    expires_in: int
    resend_after: int
    delivery: Delivery = field(default=Delivery.ACCEPTED, kw_only=True)


def find_risk(recipient: str, purpose: Purpose, code_request: CodeRequest) -> RecipientRisk:
    """What is known of a recipient before a code is sent, with all that may refuse it. One
    statement; sending the code is another one."""
    keys = message_limits.keys_of(recipient, code_request.client_ip)
    return risk.find_risk(recipient, code_request.proof, purpose=purpose, keys=keys)


@raises(permits.send_permitted, challenges.issue, *SMS_ERRORS, *EMAIL_ERRORS)
def send(
    recipient: str,
    purpose: Purpose,
    code_request: CodeRequest,
    *,
    recipient_risk: RecipientRisk | None = None,
) -> CodeSent:
    """Send a code that works for this purpose alone.

    `recipient`: a phone number (E.164), or an e-mail address, for which fewer limits count. If an
    error is raised, limits and earlier codes are as they were before.
    """
    recipient_risk = recipient_risk or find_risk(recipient, purpose, code_request)
    sent = _sent_before(recipient, purpose, code_request, recipient_risk)
    if sent is not None:
        return sent
    facts = announcements.facts_of(recipient, purpose, code_request, recipient_risk)
    try:
        issued, spent, slot = _issue_in_slot(
            recipient, purpose, code_request, recipient_risk, facts
        )
    except REFUSED_BEFORE_A_CODE as error:
        announcements.tell_refusal(facts, error.reason, code_request.client_ip)
        funnel.count(funnel.WITHHELD, recipient, code_request.channel)
        raise
    message = CodeMessage(recipient, purpose, code_request.channel, issued, spent)
    is_accepted = issued.message_id is None or sending.hand_over(message, slot)
    announcements.tell_claim(facts, code_request.contact_consent)
    return CodeSent(
        recipient=recipient,
        otp_length=len(issued.otp_code),
        expires_in=settings.OTP_LIFETIME_SECONDS,
        resend_after=issued.resend_after,
        delivery=Delivery.ACCEPTED if is_accepted else Delivery.PENDING,
    )


def _sent_before(
    recipient: str, purpose: Purpose, code_request: CodeRequest, recipient_risk: RecipientRisk
) -> CodeSent | None:
    """What the same request sent before its process ended; None if it did not come that far.

    The message may have left, so there is no second one.
    """
    if code_request.begun_at is None:
        return None
    proof = code_request.proof if recipient_risk.is_known_device else None
    last = PhoneOTP.objects.last_in_lane(recipient, purpose, proof)
    if last is None or last.earlier.sent_at < code_request.begun_at:
        return None
    lifetime = settings.OTP_LIFETIME_SECONDS
    return CodeSent(
        recipient, last.otp_length, lifetime, last.resend_after, delivery=Delivery.PENDING
    )


def _issue_in_slot(
    recipient: str,
    purpose: Purpose,
    code_request: CodeRequest,
    recipient_risk: RecipientRisk,
    facts: dict[str, Any],
) -> tuple[IssuedCode, list[Limit], Slot]:
    """Save a code once its message has a place, and return both with the limits it counts against.
    A test number's code has no message."""
    has_message = recipient not in _fixed_codes()
    if has_message:
        message_limits.check_country(recipient)
    slot = sending.reserve(recipient, is_needed=has_message)
    with slot.released_after_error():
        issued, spent = _issue_permitted(recipient, purpose, code_request, recipient_risk, facts)
    return issued, spent, slot


def _issue_permitted(
    recipient: str,
    purpose: Purpose,
    code_request: CodeRequest,
    recipient_risk: RecipientRisk,
    facts: dict[str, Any],
) -> tuple[IssuedCode, list[Limit]]:
    """Save a code, counted against the limits that the request's permit has; returns both."""
    fixed_code, client_ip = _fixed_codes().get(recipient), code_request.client_ip

    def issue(permit: Permit) -> tuple[IssuedCode, list[Limit]]:
        issued: list[IssuedCode] = []

        def spend(counted: list[Limit]) -> dict[str, int]:
            parts = _parts(recipient, purpose, recipient_risk, facts)
            issued.append(
                _issue(
                    recipient, purpose, code_request, recipient_risk, counted=counted, parts=parts
                )
            )
            return limits.note_spent(counted, issued[0].spent)

        if recipient_risk.resend_after:
            raise ResendTooSoon(recipient_risk.resend_after)
        if fixed_code is not None:
            spend([])
            return issued[0], []
        spent = message_limits.spend_message(
            recipient, client_ip, recipient_risk, permit, spend=spend
        )
        return issued[0], spent

    return permits.send_permitted(issue, recipient, purpose, code_request, recipient_risk)


def _parts(
    recipient: str, purpose: Purpose, recipient_risk: RecipientRisk, facts: dict[str, Any]
) -> list[Part]:
    """What is written in the statement of the code beside the code and its limits."""
    answers: list[tuple[Any, Any]] = signals.code_requested.send(PhoneOTP, **facts)
    parts = [part for _, part in answers if part is not None]
    if recipient_risk.may_be_long(purpose) and recipient not in _fixed_codes():
        usual_length = risk.usual_length(purpose)
        record = SecurityEvent.objects.recording_long_code(recipient, usual_length=usual_length)
        parts.append(record)
    return parts


def _issue(
    recipient: str,
    purpose: Purpose,
    code_request: CodeRequest,
    recipient_risk: RecipientRisk,
    **written: Any,
) -> IssuedCode:
    """Save the fixed code, or a random one of which the guesses so far decide how long it is.

    `written`: what is written with it, as `challenges.issue` says.
    """
    fixed_code = _fixed_codes().get(recipient)
    long_code = fixed_code or hashing.generate_code(hashing.LONG_LENGTH)
    return challenges.issue(
        recipient,
        purpose,
        fixed_code or long_code[: recipient_risk.min_length(purpose)],
        long_code=long_code,
        claims=claims_of(code_request),
        proof=code_request.proof if recipient_risk.is_known_device else None,
        message=None if fixed_code else sending.facts_of(recipient, code_request.channel),
        **written,
    )


@raises(lanes.prove)
def prove(recipient: str, purpose: Purpose, otp_code: str, device: Device) -> Challenge:
    """The challenge that this code answers, to be consumed in the transaction of what it allows.

    Run it outside any transaction: the guess is counted whatever happens next.
    """
    try:
        return lanes.prove(recipient, purpose, otp_code, device)
    except AttemptsExceeded:
        SecurityEvent.objects.record(Kind.ATTEMPTS_EXCEEDED, recipient=recipient)
        limit = limits.LOCKED_REPORTS.limit_for(recipient)
        announcements.tell_refused_code(signals.code_locked, recipient, purpose, limit)
        raise AttemptsExceeded(lanes.seconds_until_code(recipient, purpose, device)) from None
    except CodeExpired:
        limit = limits.EXPIRED_REPORTS.limit_for(recipient)
        announcements.tell_refused_code(signals.code_expired, recipient, purpose, limit)
        raise
    except WrongCode:
        SecurityEvent.objects.record(Kind.CODE_REFUSED, recipient=recipient)
        announcements.tell_refused_code(signals.code_refused, recipient, purpose)
        raise


def pending(recipient: str, purpose: Purpose, proof: DeviceProof | None) -> PendingCode:
    """The length and the cooldown of the recipient's last code, for the page that asks for it."""
    return PhoneOTP.objects.pending(recipient, purpose, proof)


def _fixed_codes() -> dict[str, str]:
    """The codes of `OTP_TEST_NUMBERS`, until the last day of each, in India."""
    if not settings.OTP_TEST_NUMBERS:
        return {}
    return fixed_codes(settings.OTP_TEST_NUMBERS, localdate())
