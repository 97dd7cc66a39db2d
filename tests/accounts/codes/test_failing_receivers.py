"""Whoever listens cannot change the answer to what is sent, counted or refused already."""

import pytest

from accounts import signals
from accounts.models import PhoneOTP
from tests.broken import TROUBLES
from tests.cast import DAVE
from tests.each import each

BODY = {"phone_number": DAVE}


@pytest.fixture
def fail(in_the_middle):
    """`fail(signal, trouble)`: a receiver of the signal is in trouble."""

    def connect(signal, trouble):
        def raise_it():
            raise trouble

        in_the_middle(signal, raise_it)

    return connect


@each("trouble", TROUBLES)
def test_a_code_that_is_sent_is_told_to_be_sent(api, sms, db, fail, trouble):
    fail(signals.consent_claimed, trouble)
    answer = api.post("/api/auth/signup", BODY | {"contact_consent": True})
    assert answer.status_code == 200
    code = {"otp_code": sms.last_code(DAVE)}
    assert api.post("/api/auth/verify-otp", BODY | code).status_code == 200


@each("trouble", TROUBLES)
def test_a_wrong_code_is_counted_and_told(api, sms, client, db, fail, trouble):
    for signal in (signals.code_refused, signals.code_locked, signals.code_expired):
        fail(signal, trouble)
    api.post("/api/auth/signup", BODY)
    wrong = {"otp_code": f"{(int(sms.last_code(DAVE)) + 1) % 10000:04d}"}
    answers = [api.post("/api/auth/verify-otp", BODY | wrong) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [400, 400, 400, 429]
    assert PhoneOTP.objects.get().attempts == 3


@each("trouble", TROUBLES)
def test_a_refusal_says_why_there_is_no_code(api, sms, db, settings, fail, trouble):
    settings.SMS_ALLOWED_COUNTRIES = ["US"]
    fail(signals.code_withheld, trouble)
    answer = api.post("/api/auth/signup", BODY)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_error")


@each("trouble", TROUBLES)
def test_what_fails_inside_the_transaction_saves_nothing(api, sms, db, fail, trouble):
    fail(signals.code_requested, trouble)
    assert api.post("/api/auth/signup", BODY).status_code == 500
    assert not PhoneOTP.objects.exists()
    assert sms.messages == []
