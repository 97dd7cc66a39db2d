"""When the provider refuses, fails or hangs, all is as before, and the caller knows."""

import logging

import pytest

from accounts.messaging import delivery
from accounts.messaging.dispatcher import Handing, Slot, provider_slots
from accounts.messaging.errors import NumberRefused, SmsUnavailable
from accounts.models import Message, PhoneOTP
from leads.models import Lead
from loopin.logs.formatters import LineFormatter
from tests.cast import ALICE, DAVE
from tests.each import each
from tests.waiting import eventually

BODY = {"phone_number": DAVE}


def test_the_message_says_brand_code_and_life_time_and_ends_for_webotp(api, sms, db):
    api.post("/api/auth/signup", BODY)
    [message] = sms.messages
    code = sms.last_code(DAVE)
    assert message["To"] == DAVE
    assert message["MessagingServiceSid"] == "MG" + "0" * 32
    assert message["path"].endswith("/Messages.json")
    assert "Loopin" in message["Body"]
    assert "10 minutes" in message["Body"]
    assert message["Body"].splitlines()[-1] == f"@loopin.example #{code}"
    assert len(message["Body"]) <= 160
    assert message["Body"].isascii()


def test_a_from_number_stands_in_for_a_messaging_service(api, sms, db, settings):
    settings.TWILIO_MESSAGING_SERVICE_SID = ""
    settings.TWILIO_PHONE_NUMBER = "+15005550006"
    api.post("/api/auth/signup", BODY)
    assert sms.messages[0]["From"] == "+15005550006"


def test_test_mode_writes_the_code_to_the_log_and_sends_nothing(api, sms, db, settings, caplog):
    settings.SMS_PROVIDER = "log_only"
    with caplog.at_level(logging.INFO):
        api.post("/api/auth/signup", BODY)
    assert sms.messages == []
    [line] = [message for message in caplog.messages if message.startswith("OTP for")]
    code = line.removeprefix(f"OTP for {DAVE}: ")
    response = api.post("/api/auth/verify-otp", BODY | {"otp_code": code})
    assert response.status_code == 200


@pytest.mark.parametrize("behaviour", [21211, 21614])
def test_a_number_the_provider_refuses_is_a_broken_field(api, sms, db, behaviour):
    sms.behaviour = behaviour
    response = api.post("/api/auth/signup", BODY)
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "phone_number"
    assert response.json()["errors"][0]["code"] == "undeliverable"
    assert DAVE not in response.content.decode()


@each("behaviour", [20003, 20429, 20500, "garbage"])
def test_an_outage_is_503_with_a_hint(api, sms, db, behaviour):
    sms.behaviour = behaviour
    response = api.post("/api/auth/signup", BODY)
    assert response.status_code == 503
    assert response.json()["code"] == "sms_unavailable"
    assert int(response["Retry-After"]) == response.json()["retry_after"]


@pytest.mark.parametrize("behaviour", [21211, 20500])
def test_a_message_not_sent_leaves_no_code_and_no_cooldown(api, sms, db, behaviour):
    sms.behaviour = behaviour
    api.post("/api/auth/signup", BODY)
    assert PhoneOTP.objects.count() == 0
    sms.behaviour = None
    assert api.post("/api/auth/signup", BODY).status_code == 200


@pytest.mark.parametrize("behaviour", [21211, 20500])
def test_a_failed_resend_keeps_the_code_that_was_delivered(api, sms, db, travel, behaviour):
    api.post("/api/auth/signup", BODY)
    code = sms.last_code(DAVE)
    wrong = f"{(int(code) + 1) % 10000:04d}"
    api.post("/api/auth/verify-otp", BODY | {"otp_code": wrong})
    travel(31)
    before = PhoneOTP.objects.values().get()
    sms.behaviour = behaviour
    assert api.post("/api/auth/signup", BODY).status_code in (422, 503)
    assert PhoneOTP.objects.values().get() == before
    response = api.post("/api/auth/verify-otp", BODY | {"otp_code": wrong})
    assert response.json()["message"] == "Invalid OTP. 1 attempts remaining"
    assert api.post("/api/auth/verify-otp", BODY | {"otp_code": code}).status_code == 200


def test_a_lead_is_not_lost_when_the_provider_fails(api, sms, db):
    sms.behaviour = 20500
    api.post("/api/auth/signup", BODY)
    lead = Lead.objects.get(phone_number=DAVE)
    kinds = list(lead.events.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["code_requested", "code_undelivered"]


def test_the_log_names_no_number_and_no_code(api, sms, db, caplog):
    caplog.set_level(logging.DEBUG)
    for behaviour in (None, 21211, 20500, "garbage"):
        sms.behaviour = behaviour
        api.post("/api/auth/signup", {"phone_number": ALICE})
        PhoneOTP.objects.all().delete()
    ours = "\n".join(
        record.getMessage() for record in caplog.records if record.name != "django.db.backends"
    )
    assert ALICE not in ours
    assert ALICE.strip("+") not in ours
    assert not any(code in ours for code in sms.codes(ALICE))


@pytest.mark.django_db(transaction=True)
def test_a_hanging_provider_is_given_up_on(api, sms, settings):
    settings.SMS_READ_TIMEOUT = 0.3
    sms.behaviour = "hang"
    response = api.post("/api/auth/signup", BODY)
    assert response.status_code == 503
    assert PhoneOTP.objects.count() == 0


def test_where_no_more_messages_may_wait_nothing_is_issued(api, sms, db, no_free_slots):
    with no_free_slots:
        response = api.post("/api/auth/signup", BODY)
    assert (response.status_code, response.json()["code"]) == (503, "sms_unavailable")
    assert (PhoneOTP.objects.count(), Message.objects.count(), sms.messages) == (0, 0, [])
    lead = Lead.objects.get(phone_number=DAVE)
    assert [event.kind for event in lead.events.all()] == ["code_withheld"]
    assert lead.trouble == "not_delivered"
    assert api.post("/api/auth/signup", BODY).status_code == 200


def test_a_message_that_is_not_a_code_goes_the_same_way(sms, settings):
    settings.SMS_STATUS_CALLBACKS = True
    delivery.send_text(DAVE, "Go on here: https://loopin.example/r/x")
    [message] = sms.messages
    assert (message["To"], message["Body"]) == (DAVE, "Go on here: https://loopin.example/r/x")
    assert message["MessagingServiceSid"] == "MG" + "0" * 32
    assert "StatusCallback" not in message


@pytest.mark.parametrize(("behaviour", "error"), [(21211, NumberRefused), (20500, SmsUnavailable)])
def test_a_message_without_a_code_raises_the_same_errors(sms, behaviour, error):
    sms.behaviour = behaviour
    with pytest.raises(error):
        delivery.send_text(DAVE, "Hello")


def test_a_message_without_a_code_takes_one_of_the_same_slots(sms, no_free_slots):
    with no_free_slots, pytest.raises(SmsUnavailable):
        delivery.send_text(DAVE, "Hello")
    delivery.send_text(DAVE, "Hello")
    assert len(sms.messages) == 1


def test_test_mode_writes_a_message_without_a_code_to_the_log(sms, settings, caplog):
    """Link and number included: nobody else would bring them to the person who tries it out."""
    settings.SMS_PROVIDER = "log_only"
    link = "https://loopin.example/r/" + "aB3" * 20
    with caplog.at_level(logging.INFO):
        delivery.send_text(DAVE, f"Go on here: {link}")
    assert sms.messages == []
    [record] = [
        record
        for record in caplog.records
        if record.name == "accounts.messaging.providers.log_only"
    ]
    assert LineFormatter().format(record).endswith(f"SMS for {DAVE}: Go on here: {link}")


def test_a_message_whose_sending_breaks_in_an_unforeseen_way_is_in_the_log(caplog):
    assert provider_slots.acquire(blocking=False)
    handing = Handing(lambda: 1 // 0, pytest.fail, Slot(is_taken=True))
    assert handing.wait() is None
    eventually(lambda: "Handing a message over failed: ZeroDivisionError" in caplog.text)
    assert provider_slots.acquire(blocking=False)
    provider_slots.release()
