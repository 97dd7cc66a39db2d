"""A connection that ended is replaced, and a statement is sent again only if it has not run."""

import threading

import psycopg
import pytest
from django.db import OperationalError, close_old_connections, connection, transaction

from accounts.models import RateCounter
from loopin.request_facts import database_time
from loopin.sql import execute, fetch_row
from tests.live import database_url
from tests.waiting import eventually

pytestmark = pytest.mark.django_db(transaction=True)

BACKEND = "SELECT pg_backend_pid() WHERE %s"
KEY = 4711
ONCE = """
INSERT INTO accounts_ratecounter (key, count, expires_at)
SELECT gen_random_uuid()::text, 1, now() FROM (SELECT pg_advisory_xact_lock(%s)) AS locked
"""


@pytest.fixture
def other():
    """A session of somebody else."""
    with psycopg.connect(database_url(), autocommit=True) as session:
        yield session


@pytest.fixture(autouse=True)
def _is_open():
    yield connection.ensure_connection()
    connection.close()


def end(other, backend):
    other.execute("SELECT pg_terminate_backend(%s, 10000)", [backend])


def backend():
    return fetch_row(BACKEND, [True])[0]


def test_between_requests_the_end_of_a_connection_is_seen_without_a_question(other):
    before = backend()
    close_old_connections()
    end(other, before)
    asked = database_time.asked
    assert backend() != before
    assert database_time.asked == asked + 1  # for the statement itself


def test_a_connection_that_was_just_used_is_not_asked():
    before = backend()
    close_old_connections()
    asked = database_time.asked
    assert (backend(), database_time.asked) == (before, asked + 1)


def test_a_connection_that_was_idle_for_long_is_asked():
    before = backend()
    close_old_connections()
    connection._idle_since -= 60
    asked = database_time.asked
    assert (backend(), database_time.asked) == (before, asked + 2)


def test_a_statement_that_meets_the_end_of_its_session_is_sent_again(other):
    before = backend()
    end(other, before)
    assert backend() != before


def test_a_statement_that_was_ended_in_the_middle_runs_once(other):
    other.execute("SELECT pg_advisory_lock(%s)", [KEY])
    before = backend()
    waits = "SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = %s"

    def end_in_the_middle():
        with psycopg.connect(address, autocommit=True) as third:
            eventually(lambda: third.execute(waits, [before]).fetchone() == (True,))
            end(third, before)
            other.execute("SELECT pg_advisory_unlock(%s)", [KEY])

    address = database_url()
    thread = threading.Thread(target=end_in_the_middle)
    thread.start()
    assert execute(ONCE, [KEY]) == 1
    thread.join()
    assert (RateCounter.objects.count(), backend() != before) == (1, True)


def test_in_a_transaction_nothing_is_sent_again(other):
    def write_twice():
        with transaction.atomic():
            execute("DELETE FROM accounts_ratecounter", [])
            end(other, backend())
            execute("DELETE FROM accounts_ratecounter", [])

    with pytest.raises(OperationalError):
        write_twice()
    assert backend()


def test_behind_a_pooler_nothing_is_sent_again(other, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    end(other, backend())
    with pytest.raises(OperationalError):
        backend()


def test_a_connection_that_is_known_to_be_closed_is_replaced_at_once():
    before = backend()
    connection.connection.close()
    assert backend() != before


def test_a_statement_without_parameters_is_not_sent_again(other):
    """It may be committed already when its session is ended, if its duration is logged."""
    end(other, backend())
    with pytest.raises(OperationalError):
        execute("DELETE FROM accounts_ratecounter", [])
    assert backend()


def test_a_connection_that_was_given_back_in_the_middle_of_a_request_is_asked():
    """Nothing told it that the request had ended."""
    backend()
    connection._idle_since -= 60
    asked = database_time.asked
    close_old_connections()
    assert (backend() > 0, database_time.asked) == (True, asked + 2)
