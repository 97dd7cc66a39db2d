"""Codes by WhatsApp and by a call: what the provider is told, and what it tells later."""

import json
import xml.etree.ElementTree as ET

import pytest
from django.utils.translation import override

from accounts import signals
from accounts.messaging.channels import Channel
from tests.cast import ALICE, DAVE
from tests.each import each
from tests.messages import send_code

BODY = {"phone_number": DAVE}


@pytest.fixture(autouse=True)
def _all_channels(settings):
    settings.OTP_CHANNELS = ["sms", "whatsapp", "call"]
    settings.TWILIO_WHATSAPP_NUMBER = "+15005550009"
    settings.TWILIO_WHATSAPP_CONTENT_SID = "HX" + "1" * 32
    settings.TWILIO_PHONE_NUMBER = "+15005550006"


def ask(api, channel, operation="signup", number=DAVE):
    return api.post(f"/api/auth/{operation}", {"phone_number": number, "channel": channel})


def test_whatsapp_gets_the_approved_template_and_no_text_of_ours(api, sms, db):
    assert ask(api, "whatsapp").status_code == 200
    [message] = sms.messages
    assert message["path"].endswith("/Messages.json")
    assert message["To"] == f"whatsapp:{DAVE}"
    assert message["From"] == "whatsapp:+15005550009"
    assert message["ContentSid"] == "HX" + "1" * 32
    assert json.loads(message["ContentVariables"]) == {"1": sms.last_code(DAVE)}
    assert "Body" not in message
    assert "MessagingServiceSid" not in message


@pytest.mark.parametrize(("language", "spoken"), [("en", "en-IN"), ("hi", "hi-IN")])
def test_a_call_says_the_digits_twice_in_the_language_of_the_request(sms, language, spoken):
    with override(language):
        send_code(DAVE, "1097", channel=Channel.CALL)
    [call] = sms.messages
    assert call["path"].endswith("/Calls.json")
    assert (call["To"], call["From"], call["Timeout"]) == (DAVE, "+15005550006", "30")
    say = ET.fromstring(call["Twiml"]).find("Say")
    assert say.attrib == {"language": spoken, "voice": "Polly.Aditi"}
    assert say.text.count("1, 0, 9, 7") == 2


@pytest.mark.parametrize("channel", ["sms", "whatsapp", "call"])
def test_login_takes_a_channel_too_and_the_code_signs_in(api, sms, alice, channel):
    assert ask(api, channel, "login", ALICE).status_code == 200
    body = {"phone_number": ALICE, "otp_code": sms.last_code(ALICE)}
    assert api.post("/api/auth/verify-login", body).status_code == 200


@each("channel", ["fax", "", "SMS", 1, None, ["sms"], {"sms": 1}])
def test_another_channel_is_a_broken_field(api, sms, db, channel):
    response = ask(api, channel)
    assert response.status_code == 422
    [error] = response.json()["errors"]
    assert (error["field"], error["code"]) == ("channel", "channel_unavailable")
    assert sms.messages == []


def test_a_channel_that_the_site_does_not_offer_is_refused(api, sms, db, settings):
    settings.OTP_CHANNELS = ["sms"]
    assert ask(api, "whatsapp").json()["errors"][0]["code"] == "channel_unavailable"
    assert ask(api, "sms").status_code == 200


def test_the_cooldown_is_that_of_the_number(api, sms, db, travel):
    ask(api, "call")
    assert ask(api, "whatsapp").json()["code"] == "resend_too_soon"
    assert api.post("/api/auth/signup", BODY).json()["code"] == "resend_too_soon"
    travel(31)
    assert ask(api, "sms").status_code == 200


@each("channel", ["whatsapp", "call"])
@each("behaviour, status", [(21211, 422), (20003, 503), ("garbage", 503)])
def test_every_channel_raises_the_same_errors(api, sms, db, channel, behaviour, status):
    sms.behaviour = behaviour
    assert ask(api, channel).status_code == status


def test_calls_take_one_of_the_same_slots(api, sms, db, no_free_slots):
    with no_free_slots:
        assert ask(api, Channel.CALL).status_code == 503


@pytest.fixture
def told(heard):
    return heard(signals.code_delivered), heard(signals.code_undelivered)


@pytest.mark.parametrize(("channel", "status"), [("whatsapp", "delivered"), ("call", "completed")])
def test_delivered_messages_are_announced(api, sms, db, reports, told, channel, status):
    ask(api, channel)
    assert reports(DAVE, status).status_code == 204
    assert [about["recipient"] for about in told[0]] == [DAVE]


@pytest.mark.parametrize(
    ("channel", "status", "error_code", "reason"),
    [
        ("whatsapp", "undelivered", "63024", "unreachable"),
        ("whatsapp", "failed", "63016", "not_delivered"),
        ("call", "busy", "", "unreachable"),
        ("call", "no-answer", "", "unreachable"),
        ("call", "failed", "", "not_delivered"),
    ],
)
def test_undelivered_messages_are_announced(
    api, sms, db, reports, told, channel, status, error_code, reason
):
    ask(api, channel)
    reports(DAVE, status, error_code)
    assert [about["reason"] for about in told[1]] == [reason]


def test_the_timeline_names_the_channel(api, sms, db, sales_manager, browser_of):
    from leads.models import Lead

    ask(api, "whatsapp")
    page = browser_of(sales_manager).get(f"/leads/{Lead.objects.get().pk}/").content.decode()
    assert "By WhatsApp" in page
