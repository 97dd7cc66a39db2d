"""Sending and proving a code, as the flows of every door call it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import limits, signals
from accounts.codes import flows, risk
from accounts.codes.errors import CountryNotAllowed, WrongCode
from accounts.codes.flows import CodeSent
from accounts.codes.request import CodeRequest
from accounts.errors import AttemptsExceeded, CodeExpired, RateLimited
from accounts.messaging.errors import EmailUnavailable, SmsUnavailable
from accounts.models import PhoneOTP, RateCounter, SecurityEvent
from accounts.models.phone_otp import Purpose
from accounts.models.phone_otp_rows import PendingCode
from accounts.sessions.user_agent import Device
from tests.cast import ALICE, BOB, DAVE
from tests.codes import wrong

ESHA = "esha@example.com"
ASKED = CodeRequest(source="api", client_ip="192.0.2.1")


def purpose_of(recipient):
    return Purpose.VERIFY_EMAIL if recipient == ESHA else Purpose.SIGN_IN


def send(recipient=BOB, **options):
    return flows.send(recipient, purpose_of(recipient), ASKED, **options)


def prove(otp_code, recipient=BOB, client_ip="192.0.2.1"):
    return flows.prove(recipient, Purpose.SIGN_IN, otp_code, Device(ip_address=client_ip))


def spent_whole(rule, counted):
    """A limit of which nothing is left."""
    for _ in range(rule.limit_for(counted).cap):
        limits.spend([rule.limit_for(counted)])


def kinds():
    return list(SecurityEvent.objects.order_by("pk").values_list("kind", flat=True))


# --- Sending


def test_what_is_sent_is_told_in_seconds_and_digits(db, sms):
    assert send() == CodeSent(recipient=BOB, otp_length=4, expires_in=600, resend_after=30)
    assert flows.pending(BOB, Purpose.SIGN_IN, None) == PendingCode(otp_length=4, resend_after=30)
    assert len(sms.last_code(BOB)) == 4
    assert kinds() == []


@pytest.mark.parametrize("purpose", Purpose)
def test_a_code_that_permits_more_than_signing_in_has_six_digits(db, sms, settings, purpose):
    usual = 4 if purpose == Purpose.SIGN_IN else 6
    assert flows.send(BOB, purpose, ASKED).otp_length == usual
    settings.OTP_LENGTH = 8
    assert flows.send(DAVE, purpose, ASKED).otp_length == 8
    assert kinds() == []


def test_what_the_caller_knows_of_the_recipient_is_not_asked_for_again(db, sms):
    known = risk.RecipientRisk(
        account=None, is_known_device=False, is_sprayed=True, verified_in_block=0, paused_for=0
    )
    with CaptureQueriesContext(connection) as statements:
        assert send(recipient_risk=known).otp_length == 6
    assert [one for one in statements if "prefix_verified" in one["sql"]] == []
    assert kinds() == ["code_lengthened"]
    assert SecurityEvent.objects.get().recipient_hash


def test_countries_are_no_concern_of_e_mail(db, settings, mailoutbox):
    settings.SMS_ALLOWED_COUNTRIES = ["AE"]
    with pytest.raises(CountryNotAllowed):
        send()
    settings.SMS_ALLOWED_COUNTRIES = ["AE", "IN"]
    assert send(ESHA).recipient == ESHA
    assert [message.to for message in mailoutbox] == [[ESHA]]


def test_a_block_that_pauses_says_for_how_long(db, sms):
    limits.spend([limits.BLOCK_PAUSED.limit_for(BOB[:-3])])
    with pytest.raises(RateLimited) as raised:
        send()
    assert raised.value.retry_after == limits.BLOCK_PAUSED.seconds
    assert sms.messages == []


def test_of_withheld_codes_each_network_has_its_own_number_told(db, sms, settings, heard):
    settings.SMS_PER_IP = 0
    withheld = heard(signals.code_withheld)
    spent_whole(limits.WITHHELD_REPORTS, "192.0.2.1")
    with pytest.raises(RateLimited):
        send()
    assert withheld == []
    with pytest.raises(RateLimited):
        flows.send(BOB, Purpose.SIGN_IN, CodeRequest(source="api", client_ip="192.0.2.2"))
    assert [told["recipient"] for told in withheld] == [BOB]


@pytest.mark.parametrize(
    ("recipient", "error", "reason"),
    [(BOB, SmsUnavailable, "sms_unavailable"), (ESHA, EmailUnavailable, "email_unavailable")],
)
def test_a_code_that_did_not_leave_is_taken_back_and_told(
    db, sms, settings, heard, recipient, error, reason
):
    sms.behaviour = 20500
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    undelivered = heard(signals.code_undelivered)
    with pytest.raises(error):
        send(recipient)
    purpose = purpose_of(recipient)
    assert undelivered == [{"recipient": recipient, "purpose": purpose, "reason": reason}]
    assert not PhoneOTP.objects.exists()
    assert set(RateCounter.objects.values_list("count", flat=True)) == {0}


def test_a_test_number_costs_nothing_and_goes_nowhere(db, sms, settings):
    settings.OTP_TEST_NUMBERS = [f"{BOB}:4321@2999-01-31"]
    settings.SMS_ALLOWED_COUNTRIES = ["AE"]
    assert send().otp_length == 4
    assert prove("4321").accepts("4321")
    assert sms.messages == []
    assert set(RateCounter.objects.values_list("key", flat=True)) == {"verify_ip:192.0.2.1"}


# --- Proving


def test_a_right_code_is_answered_with_its_challenge(db, sms):
    send()
    challenge = prove(sms.last_code(BOB))
    assert (challenge.recipient, challenge.purpose, challenge.attempts) == (BOB, "sign_in", 1)
    assert challenge.consume()


def test_a_wrong_code_is_counted_written_down_and_told(db, sms, heard):
    refused = heard(signals.code_refused)
    send()
    with pytest.raises(WrongCode) as raised:
        prove(wrong(sms.last_code(BOB)))
    assert raised.value.message == "Invalid OTP. 2 attempts remaining"
    assert refused == [{"recipient": BOB, "purpose": "sign_in"}]
    assert kinds() == ["code_refused"]
    assert SecurityEvent.objects.get().recipient_hash
    assert RateCounter.objects.get(key__startswith="wrong_guesses:").count == 1


def test_guesses_count_for_the_network_they_come_from(db, sms, settings):
    settings.VERIFICATIONS_PER_IP = 1
    send()
    code = sms.last_code(BOB)
    with pytest.raises(WrongCode):
        prove(wrong(code))
    with pytest.raises(RateLimited):
        prove(code)
    assert prove(code, client_ip="192.0.2.2")


@pytest.mark.parametrize(
    ("rule", "signal", "error"),
    [
        (limits.LOCKED_REPORTS, signals.code_locked, AttemptsExceeded),
        (limits.EXPIRED_REPORTS, signals.code_expired, CodeExpired),
    ],
)
def test_of_late_and_locked_codes_each_recipient_has_its_own_number_told(
    db, sms, heard, travel, rule, signal, error
):
    told = heard(signal)
    spent_whole(rule, BOB)
    for recipient in (BOB, ALICE):
        send(recipient)
        code = sms.last_code(recipient)
        for _ in range(3):
            with pytest.raises(WrongCode):
                prove(wrong(code), recipient)
        if error is CodeExpired:
            PhoneOTP.objects.update(attempts=0)
    travel(601)
    for recipient in (BOB, ALICE):
        with pytest.raises(error):
            prove(sms.last_code(recipient), recipient)
    assert told == [{"recipient": ALICE, "purpose": "sign_in"}]
    written = SecurityEvent.objects.filter(kind="attempts_exceeded")
    assert written.count() == (2 if error is AttemptsExceeded else 0)
    assert not written.filter(recipient_hash="").exists()
