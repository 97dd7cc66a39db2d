"""When messages do not leave, somebody hears of it: once, until they leave again."""

import logging
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F

from accounts.messaging import delivery, email, outages
from accounts.messaging.channels import Channel
from accounts.messaging.errors import EmailUnavailable, NumberRefused, SmsUnavailable
from accounts.models import MessageOutage
from accounts.models.message_outage import OutageChannel, OutageKind
from tests.cast import DAVE
from tests.messages import send_code

pytestmark = pytest.mark.django_db

HANGS_UP, REFUSES, WRONG_CREDENTIALS, BAD_NUMBER = "garbage", 20500, 20003, 21211
NUMBER_OF_THE_SENDER = 21266


@pytest.fixture
def send(sms):
    """`send(20003, None)`: texts, to each of which the provider behaves like that."""

    def texts(*behaviours, channel=None):
        for behaviour in behaviours:
            sms.behaviour = behaviour
            try:
                if channel:
                    send_code(DAVE, "1234", channel=channel)
                else:
                    delivery.send_text(DAVE, "Hello")
            except (NumberRefused, SmsUnavailable):
                assert behaviour is not None

    return texts


@pytest.fixture
def a_minute_later():
    """`a_minute_later()`: the last failure was so long ago."""

    def go() -> None:
        MessageOutage.objects.update(last_failed_at=F("last_failed_at") - timedelta(minutes=1))

    return go


def told(caplog):
    """The lines about outages, with what alerts read."""
    lines = [record for record in caplog.records if record.name == "accounts.messaging.outages"]
    return [(line.levelname, line.fields["event"], line.fields["channel"]) for line in lines]


def test_wrong_credentials_are_an_outage_at_once(send):
    send(WRONG_CREDENTIALS)
    [outage] = outages.open_outages()
    assert (outage.channel, outage.kind) == (OutageChannel.SMS, OutageKind.ACCOUNT)
    assert "Twilio code 20003. The credentials are wrong" in outage.detail


@pytest.mark.parametrize(
    ("behaviour", "kind"), [(REFUSES, OutageKind.REFUSED), (HANGS_UP, OutageKind.SILENT)]
)
def test_three_messages_in_a_row_are_an_outage(send, behaviour, kind):
    send(behaviour, behaviour)
    assert outages.open_outages() == []
    send(behaviour)
    [outage] = outages.open_outages()
    assert (outage.kind, outage.failures) == (kind, 3)


def test_three_in_a_row_count_whichever_process_sent_them(send):
    for _ in range(3):
        outages.watches.clear()  # what a process remembers
        send(REFUSES)
    assert len(outages.open_outages()) == 1


def test_a_message_that_leaves_ends_the_row(send):
    send(REFUSES, REFUSES, None, REFUSES, REFUSES, None)
    assert outages.open_outages() == []
    assert not MessageOutage.objects.exists()


def test_failures_that_are_far_apart_are_none_in_a_row(send):
    for _ in range(4):
        send(REFUSES)
        MessageOutage.objects.update(last_failed_at=F("last_failed_at") - timedelta(minutes=11))
    assert outages.open_outages() == []


@pytest.mark.parametrize("behaviour", [BAD_NUMBER, NUMBER_OF_THE_SENDER])
def test_bad_numbers_are_no_outage_however_many(send, behaviour):
    """Anybody may ask for codes to them."""
    send(*[behaviour] * 20)
    assert not MessageOutage.objects.exists()


def test_half_of_ten_messages_are_an_outage(send):
    send(*[REFUSES, None] * 4, REFUSES)
    assert outages.open_outages() == []
    send(None, REFUSES)
    assert len(outages.open_outages()) == 1


def test_it_is_told_once_and_its_end_once(send, a_minute_later, caplog):
    caplog.set_level(logging.INFO)
    send(*[WRONG_CREDENTIALS] * 5)
    assert told(caplog) == [("ERROR", "messages_fail", "sms")]
    a_minute_later()
    send(None, None)
    assert outages.open_outages() == []
    assert told(caplog)[1:] == [("WARNING", "messages_leave", "sms")]
    assert [record for record in caplog.records if record.levelno >= logging.ERROR][1:] == []


def test_while_some_messages_leave_and_some_do_not_it_goes_on(send):
    send(WRONG_CREDENTIALS, None, WRONG_CREDENTIALS, None)
    assert len(outages.open_outages()) == 1


def test_a_process_that_saw_no_failure_ends_it_too(send, a_minute_later, settings):
    settings.MESSAGE_OUTAGE_LOOK_SECONDS = 60
    send(WRONG_CREDENTIALS, None)
    a_minute_later()
    outages.watches.clear()
    send(None)
    assert outages.open_outages() == []


def test_messages_that_leave_cost_one_statement_a_minute(sms, settings, django_assert_num_queries):
    settings.MESSAGE_OUTAGE_LOOK_SECONDS = 60
    with django_assert_num_queries(1):
        for _ in range(5):
            delivery.send_text(DAVE, "Hello")


def test_a_channel_has_its_own(send, settings):
    settings.TWILIO_WHATSAPP_NUMBER = settings.TWILIO_PHONE_NUMBER = "+15005550006"
    send(*[REFUSES] * 3, channel=Channel.WHATSAPP)
    send(None)
    assert [outage.channel for outage in outages.open_outages()] == [OutageChannel.WHATSAPP]


def test_a_mail_server_that_is_not_there_is_an_outage(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    for _ in range(3):
        with pytest.raises(EmailUnavailable):
            email.send("asha@example.com", "Hello", "Hello")
    assert [outage.channel for outage in outages.open_outages()] == [OutageChannel.EMAIL]


def test_staff_are_told_with_their_session_and_customers_are_not(send, staff, alice, browser_of):
    send(WRONG_CREDENTIALS)
    page = browser_of(staff).get("/leads/")
    assert [one.channel for one in outages.seen_by(page.context["user"])] == [OutageChannel.SMS]
    page = browser_of(alice).get("/profile/")
    assert outages.seen_by(page.context["user"]) == []


def test_no_number_stands_in_the_row(send):
    send(WRONG_CREDENTIALS, HANGS_UP, 21608)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(row::text, '') FROM accounts_messageoutage AS row")
        assert DAVE[1:] not in cursor.fetchone()[0]
