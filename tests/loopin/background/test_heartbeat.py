"""Whether a worker is at work, by the row that it writes."""

import pytest

from loopin.background import heartbeat, periodic
from loopin.background.heartbeat import LATE_SECONDS, is_late, worker_age
from loopin.sql import execute, fetch_row
from tests.each import each


def test_where_no_worker_ever_was_it_is_late(db):
    assert worker_age() is None
    assert is_late(None)


def test_a_beat_is_young_and_ages(db):
    heartbeat.beat()
    assert worker_age() >= 0
    execute("UPDATE loopin_workerheartbeat SET beat_at = beat_at - interval '1 hour'", [])
    assert worker_age() >= 3600
    heartbeat.beat()
    assert worker_age() < 3600
    assert fetch_row("SELECT count(*) FROM loopin_workerheartbeat", []) == (1,)


@each("age", [0, LATE_SECONDS])
def test_a_restart_of_the_worker_is_not_late(age):
    assert not is_late(age)
    assert is_late(LATE_SECONDS + 1)


@pytest.mark.django_db(transaction=True)
def test_several_workers_write_the_same_row():
    for name in "abcdefgh":
        periodic.run_in_thread(name, heartbeat.beat, limit=8)
    assert periodic.wait_for_threads(30)
    assert fetch_row("SELECT count(*) FROM loopin_workerheartbeat", []) == (1,)


def test_it_is_one_of_the_periodic_tasks():
    [task] = [task for task in periodic.registered if task.name == "heartbeat"]
    assert (task.run, task.every_seconds) == (heartbeat.beat, heartbeat.EVERY_SECONDS)
