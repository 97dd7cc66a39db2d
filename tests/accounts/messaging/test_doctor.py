"""What keeps messages from going out is told apart, in the log and by `manage.py doctor`."""

import logging
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.messaging.providers.twilio import REASONS, REFUSED_NUMBERS
from accounts.messaging.providers.twilio_errors import TROUBLES, explain
from tests.cast import DAVE
from tests.each import each

BODY = {"phone_number": DAVE}
OF_CALLS_AND_ODDITIES = {21214, 21215, 21216, 21217, 63024}
"""Refusals whose code is enough: the person is asked for another number or channel."""


def ask_doctor(*arguments: str) -> str:
    out = StringIO()
    call_command("doctor", "--only", "messages", *arguments, stdout=out)
    return out.getvalue()


def complaint(*arguments: str) -> str:
    """What it says, without the words that all of its errors about messages have."""
    with pytest.raises(CommandError) as refused:
        ask_doctor(*arguments)
    words = str(refused.value).removeprefix("Error: Messages do not go out. ")
    return words.removesuffix(" (accounts.E100)")


@each(
    "behaviour, words",
    [
        (20003, "Copy TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN from the Twilio console again"),
        (20008, "Use the live credentials, or TWILIO_TEST_MODE=true"),
        (21608, "Verify the number in the Twilio console under Verified caller IDs"),
        (21211, "The number cannot exist."),
        (21610, "The person wrote STOP to this sender."),
    ],
)
def test_the_log_says_what_is_wrong_and_what_to_do(api, sms, db, caplog, behaviour, words):
    caplog.clear()
    sms.behaviour = behaviour
    api.post("/api/auth/signup", BODY)
    [record] = [one for one in caplog.records if one.name == "accounts.messaging.delivery"]
    assert f"Twilio code {behaviour}. " in record.getMessage()
    assert words in record.getMessage()
    assert DAVE not in record.getMessage()
    assert record.levelno == logging.WARNING


def test_the_log_says_why_a_message_did_not_arrive(api, sms, db, settings, reports, caplog):
    settings.SMS_STATUS_CALLBACKS = True
    api.post("/api/auth/signup", BODY)
    assert reports(DAVE, "undelivered", "30003").status_code == 204
    [line] = [message for message in caplog.messages if message.startswith("Message to")]
    assert line.endswith(
        "undelivered: Twilio code 30003. The phone is off, or without a network."
        " Nothing: the person asks for another code later."
    )
    assert DAVE not in line


def test_every_code_that_is_told_apart_has_words():
    known = TROUBLES.keys() | OF_CALLS_AND_ODDITIES
    assert {*REFUSED_NUMBERS, *map(int, REASONS)} <= known
    assert explain(99999) == "Twilio code 99999."
    assert explain("unknown") == "Twilio code unknown."


def test_the_doctor_finds_nothing_where_all_is_well(sms, settings):
    settings.TWILIO_PHONE_NUMBER = "+15005550006"
    assert ask_doctor() == "Nothing is wrong: messages.\n"
    assert sms.messages == []


def test_the_doctor_names_settings_that_are_missing(sms, settings):
    settings.TWILIO_AUTH_TOKEN = ""
    assert complaint() == "Set TWILIO_AUTH_TOKEN."


@each("code", [20003, 20008])
def test_the_doctor_knows_wrong_and_test_credentials(sms, code):
    sms.behaviour = code
    assert complaint() == f"twilio refuses: status {403 if code == 20008 else 401}, {explain(code)}"


@each(
    "account, code",
    [
        ({"status": "suspended", "type": "Full"}, 20005),
        ({"status": "active", "type": "Trial"}, 21608),
    ],
)
def test_the_doctor_looks_at_the_account(sms, account, code):
    sms.account = account
    assert complaint() == explain(code)


def test_the_doctor_looks_for_the_sender_among_the_account_s_numbers(sms, settings):
    settings.TWILIO_PHONE_NUMBER = "+15005550001"
    assert complaint() == explain(21606)


def test_the_doctor_sends_a_message_if_it_is_told_to_whom(sms):
    assert ask_doctor("--to", DAVE) == "Nothing is wrong: messages.\n"
    [message] = sms.messages
    assert message["To"] == DAVE
    assert complaint("--to", "12") == "This number is 8 digits short."


def test_the_doctor_says_what_a_message_is_refused_with(sms):
    sms.account = {"status": "active", "type": "Trial"}
    sms.behaviour = 21608
    assert complaint("--to", DAVE) == f"twilio refuses: status 400, {explain(21608)}"


def test_the_doctor_says_that_the_provider_does_not_answer(sms, settings, monkeypatch):
    settings.SMS_READ_TIMEOUT = 0.2
    monkeypatch.setattr(sms, "account", None)
    found = complaint()
    assert found.startswith("twilio does not answer (")
    assert found.endswith("Check that this machine reaches it.")


def test_the_doctor_knows_test_mode(sms, settings):
    settings.SMS_PROVIDER = "log_only"
    assert "Test mode: nothing is sent." in ask_doctor()
