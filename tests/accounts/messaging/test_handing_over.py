"""Messages that are handed over beside the threads that serve, by a real server."""

import signal
from datetime import timedelta

import pytest
from django.db.models import F

from accounts.messaging import lost_messages
from accounts.models import Message, PhoneOTP, RateCounter
from leads.models import Lead
from loopin.serving import turns
from loopin.sql import fetch_row
from tests.accounts.messaging import handing_over
from tests.cast import DAVE
from tests.waiting import eventually

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("server")]

CONNECTIONS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'loopin web'
"""
BURST = 60
"""Nearly as many as one process hands over at once (dispatcher.SLOTS)."""


@pytest.fixture(scope="module")
def _sending(serve):
    return handing_over.start(serve)


@pytest.fixture
def sending(_sending, transactional_db):
    _sending.provider.reset()
    _sending.answers.clear()
    yield _sending
    _sending.provider.released.set()


@pytest.fixture
def sending_once(serve, transactional_db):
    """A server that the test ends."""
    sending = handing_over.start(serve)
    yield sending
    sending.provider.released.set()


def states():
    return list(Message.objects.order_by("pk").values_list("state", flat=True))


def kinds():
    lead = Lead.objects.get(phone_number=DAVE)
    return list(lead.events.order_by("pk").values_list("kind", flat=True))


def test_a_burst_is_refused_to_nobody_and_needs_few_connections(sending):
    sending.provider.behaviour = 0.4
    threads = [sending.ask_beside(f"+9198765{number:05d}") for number in range(BURST)]
    eventually(lambda: Message.objects.filter(state="handing_over").count() > turns.MOST)
    [connections] = fetch_row(CONNECTIONS, [])
    for thread in threads:
        thread.join()
    assert [status for status, _ in sending.answers] == [200] * BURST
    assert 0 < connections <= turns.MOST + 1  # one says whether the process is ready
    eventually(lambda: set(states()) == {"accepted"}, failure="not all were written down")
    assert set(Message.objects.values_list("provider_id", flat=True)) == {"SM" + "0" * 32}


@pytest.mark.parametrize(("behaviour", "told"), [(21211, 422), (20500, 503)])
def test_what_the_provider_says_at_once_is_the_answer(sending, behaviour, told):
    sending.provider.behaviour = behaviour
    status, _ = sending.ask(DAVE)
    assert (status, PhoneOTP.objects.count()) == (told, 0)
    assert states() == ["refused" if told == 422 else "failed"]
    assert kinds() == ["code_requested", "code_undelivered"]


def test_where_the_provider_takes_long_the_answer_is_that_it_is_on_its_way(sending):
    sending.provider.behaviour = "hold"
    status, body = sending.ask(DAVE)
    assert (status, body["data"]["delivery"]) == (200, "pending")
    assert states() == ["handing_over"]
    sending.provider.released.set()
    eventually(lambda: states() == ["accepted"], failure="its end was not written down")
    assert PhoneOTP.objects.count() == 1


def test_a_message_that_fails_later_takes_its_code_back(sending):
    sending.provider.behaviour = "hang"
    status, body = sending.ask(DAVE)
    assert (status, body["data"]["delivery"]) == (200, "pending")
    sending.provider.released.set()
    eventually(lambda: states() == ["failed"], failure="its end was not written down")
    assert PhoneOTP.objects.count() == 0
    assert not RateCounter.objects.filter(key__startswith="send", count__gt=0).exists()
    assert kinds() == ["code_requested", "code_undelivered"]
    assert Lead.objects.get(phone_number=DAVE).trouble == "not_delivered"
    sending.provider.behaviour = None
    assert sending.ask(DAVE)[0] == 200


def test_a_server_that_ends_finishes_what_it_hands_over(sending_once):
    sending_once.provider.behaviour = "hold"
    assert sending_once.ask(DAVE)[1]["data"]["delivery"] == "pending"
    sending_once.process.send_signal(signal.SIGTERM)
    sending_once.provider.released.set()
    assert sending_once.process.wait(60) == 0
    assert states() == ["accepted"]


def test_a_process_that_is_killed_leaves_a_message_of_which_nobody_knows(sending_once):
    sending = sending_once
    sending.provider.behaviour = "hold"
    asking = sending.ask_beside(DAVE)
    sending.is_waiting()
    sending.kill()
    asking.join()
    sending.provider.released.set()
    assert lost_messages.give_up() == 0  # it may still be on its way
    Message.objects.update(created_at=F("created_at") - timedelta(minutes=2))
    assert lost_messages.give_up() == 1
    assert lost_messages.give_up() == 0
    assert states() == ["unknown"]
    assert kinds() == ["code_requested", "code_unconfirmed"]
    assert (len(sending.provider.messages), PhoneOTP.objects.count()) == (1, 1)
