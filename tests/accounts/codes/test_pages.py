"""The step that asks for the code: what may be typed, and what to do when nothing comes."""

import re

import pytest
from django.test import Client

from accounts.models import PhoneOTP, RateCounter
from leads.models import Lead
from tests.cast import DAVE
from tests.each import each


@pytest.fixture
def waiting(sms, db) -> Client:
    """A browser that waits for Dave's code."""
    browser = Client()
    browser.post("/signup/", {"phone_number": DAVE})
    return browser


@pytest.fixture
def all_channels(settings):
    settings.OTP_CHANNELS = ["sms", "whatsapp", "call"]
    settings.TWILIO_WHATSAPP_NUMBER = "+15005550009"
    settings.TWILIO_WHATSAPP_CONTENT_SID = "HX" + "0" * 32
    settings.TWILIO_PHONE_NUMBER = "+15005550006"


def page_of(browser: Client) -> str:
    return browser.get("/verify/").content.decode()


def test_the_field_takes_a_whole_message(waiting, sms):
    page = page_of(waiting)
    field = re.search(r'<input[^>]*name="otp_code"[^>]*>', page)[0]
    assert 'inputmode="numeric"' in field
    assert 'autocomplete="one-time-code"' in field
    assert 'data-code-length="4"' in field
    assert "maxlength" not in field
    assert "pattern" not in field
    [message] = sms.messages
    response = waiting.post("/verify/", {"otp_code": message["Body"]})
    assert response["Location"] == "/profile/"


def test_a_code_with_gaps_signs_in(waiting, sms):
    code = sms.last_code(DAVE)
    response = waiting.post("/verify/", {"otp_code": f" {code[:2]} - {code[2:]}"})
    assert response["Location"] == "/profile/"


def test_screen_readers_do_not_read_the_countdown(waiting):
    page = page_of(waiting)
    assert '<span data-countdown aria-hidden="true"></span>' in page
    assert re.search(r'data-resend-after="(29|30)"', page)
    assert page.count('role="status"') == 1
    assert "aria-live" not in page


def test_the_page_says_what_to_do_if_no_code_arrives(waiting):
    page = page_of(waiting)
    assert "Nothing arrived?" in page
    assert "Check that your phone has signal." in page
    assert "Change number" in page
    assert "WhatsApp" not in page
    assert "Call me" not in page
    assert "inbox" not in page


def test_other_channels_are_offered_where_they_are_enabled(waiting, settings):
    settings.OTP_CHANNELS = ["sms", "call"]
    page = page_of(waiting)
    assert "Call me instead" in page
    assert "WhatsApp" not in page


@pytest.mark.parametrize(
    ("channel", "told", "shown"),
    [
        ("whatsapp", "We sent you a new code.", "digits by WhatsApp to"),
        ("call", "We are calling you with a new code.", "We are calling"),
        ("sms", "We sent you a new code.", "digits by SMS to"),
    ],
)
def test_another_code_comes_the_way_one_chose(
    waiting, sms, all_channels, travel, channel, told, shown
):
    travel(31)
    response = waiting.post("/verify/resend/", {"channel": channel}, follow=True)
    page = response.content.decode()
    assert told in page
    assert shown in page
    assert len(sms.messages) == 2
    assert waiting.post("/verify/", {"otp_code": sms.last_code(DAVE)})["Location"] == "/profile/"
    events = Lead.objects.get().events.filter(kind="code_requested").order_by("pk")
    assert [event.data["channel"] for event in events] == ["sms", channel]


def test_the_countdown_is_the_same_for_every_channel(waiting, sms, all_channels):
    for channel in ("whatsapp", "call", "sms"):
        response = waiting.post("/verify/resend/", {"channel": channel}, follow=True)
        assert "You can ask for another in" in response.content.decode()
    assert len(sms.messages) == 1


def test_every_channel_spends_the_same_limits(waiting, sms, all_channels, travel, settings):
    settings.SMS_PER_NUMBER = 2
    travel(31)
    waiting.post("/verify/resend/", {"channel": "call"})
    travel(61)
    response = waiting.post("/verify/resend/", {"channel": "whatsapp"}, follow=True)
    assert "There were too many tries." in response.content.decode()
    assert len(sms.messages) == 2


@each("channel", ["whatsapp", "call", "fax", "SMS", "<b>"])
def test_a_channel_that_is_not_enabled_sends_nothing(waiting, sms, travel, channel):
    travel(31)
    response = waiting.post("/verify/resend/", {"channel": channel}, follow=True)
    assert "We cannot send codes this way." in response.content.decode()
    assert len(sms.messages) == 1


@pytest.mark.parametrize(("channel", "refusal"), [("call", 21215), ("whatsapp", 21211)])
def test_a_call_that_cannot_be_made_leaves_the_earlier_code(
    waiting, sms, all_channels, travel, channel, refusal
):
    code = sms.last_code(DAVE)
    travel(31)
    spent = list(RateCounter.objects.order_by("pk").values_list("count", flat=True))
    sms.behaviour = refusal
    response = waiting.post("/verify/resend/", {"channel": channel}, follow=True)
    assert "We cannot send a message to this number." in response.content.decode()
    assert list(RateCounter.objects.order_by("pk").values_list("count", flat=True)) == spent
    assert PhoneOTP.objects.get().sends == 1
    assert waiting.post("/verify/", {"otp_code": code})["Location"] == "/profile/"


def test_only_the_sign_in_form_submits_itself(alice, waiting, browser_of):
    assert "data-submit-when-complete" in page_of(waiting)
    browser = browser_of(alice)
    browser.post("/profile/delete/code/")
    page = browser.get("/profile/delete/").content.decode()
    assert "data-code-length" in page
    assert "data-submit-when-complete" not in page
