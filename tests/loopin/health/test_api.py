"""What load balancers are told, and how little it costs to tell it."""

import resource
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.db.backends.signals import connection_created
from django.test import Client

from loopin.background import heartbeat
from loopin.health import files, readiness
from loopin.health.database import check_database
from loopin.health.findings import Finding
from loopin.health.shared_probe import SharedProbe
from tests.each import each
from tests.waiting import eventually

LIVE, READY, HEALTH = "/api/health/live", "/api/health/ready", "/api/health"
FAILED = (Finding("x", "unanswered", is_failure=True),)


@pytest.fixture(autouse=True)
def nothing_asked_before(monkeypatch):
    monkeypatch.setattr(readiness, "_logged", {})
    for probe in readiness.PROBES:
        probe.forget()


@pytest.fixture
def elsewhere(monkeypatch, db, tmp_path):
    """Where new connections of other threads look for PostgreSQL: the address of its socket."""
    port = "1"
    host = connection.settings_dict["HOST"]  # the embedded server insists on its own folder
    folder = Path(host if host.startswith("/") else tmp_path)
    monkeypatch.setitem(connection.settings_dict, "HOST", str(folder))
    monkeypatch.setitem(connection.settings_dict, "PORT", port)
    return folder / f".s.PGSQL.{port}"


@contextmanager
def silent(path):
    """A database that accepts connections and says nothing."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        try:
            yield
        finally:
            path.unlink()


def test_a_process_lives_without_a_database(api, elsewhere, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = api.get(LIVE)
    assert answer.status_code == 200
    assert (answer.json()["success"], answer.json()["data"]) == (True, {"status": "live"})


@pytest.mark.django_db(transaction=True)
def test_ready_says_what_every_check_found(api):
    heartbeat.beat()
    answer = api.get(READY)
    assert answer.status_code == 200
    assert answer.json()["data"] == {
        "status": "ready",
        "checks": dict.fromkeys(("database", "migrations", "worker", "static", "media"), "ok"),
    }
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db(transaction=True)
def test_a_site_without_a_worker_is_ready_and_degraded(api):
    answer = api.get(READY)
    assert answer.status_code == 200
    assert answer.json()["data"]["status"] == "degraded"
    assert answer.json()["data"]["checks"]["worker"] == "late"
    assert api.get(HEALTH).json()["status"] == "healthy"


def test_health_says_when_the_database_is_away(api, elsewhere):
    response = api.get(HEALTH)
    assert response.status_code == 503
    assert response.json() == {
        "status": "unhealthy",
        "service": "loopin",
        "version": "1.0.0",
        "database": "unavailable",
    }


def test_not_ready_is_a_failure_like_every_other_and_names_no_address(api, elsewhere, caplog):
    response = api.get(READY)
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert response.json() == {
        "success": False,
        "message": "This server is not ready. What failed: database.",
        "data": None,
        "token": None,
        "code": "not_ready",
        "retry_after": 5,
        "checks": {
            "database": "unavailable",
            "migrations": "unknown",
            "worker": "unknown",
            "static": "ok",
            "media": "ok",
        },
    }
    assert api.get(READY).status_code == 503
    [line] = [one.getMessage() for one in caplog.records if one.levelname == "ERROR"]
    assert line.startswith("Not ready: database unavailable")


def test_the_log_is_told_which_database_does_not_answer(elsewhere):
    with ThreadPoolExecutor() as pool:
        unavailable, *_ = pool.submit(check_database).result()
    assert str(elsewhere) in unavailable.detail


def test_health_does_not_wait_for_a_silent_database(api, elsewhere):
    """Not even for the limit, once somebody has waited."""
    with silent(elsewhere):
        assert api.get(HEALTH).status_code == 503
        began = time.monotonic()
        assert {api.get(READY).status_code for _ in range(50)} == {503}
        assert time.monotonic() - began < 50


def test_a_crowd_that_asks_for_the_health_is_one_probe_a_second(django_db_blocker):
    """As many ask as the process has threads, again and again."""
    probes = []

    def count(**kwargs):
        probes.append(threading.current_thread().name)

    connection_created.connect(count)
    began = time.monotonic()
    with django_db_blocker.unblock(), ThreadPoolExecutor(16) as crowd:
        statuses = set(crowd.map(lambda _: Client().get(HEALTH).status_code, range(160)))
    connection_created.disconnect(count)
    assert statuses == {200}
    assert 1 <= probes.count("health: database") <= 1 + time.monotonic() - began


@pytest.fixture
def hanging():
    """A probe that hangs until `hanging.free` is set, and counts how often it is asked."""

    class Hanging(SharedProbe):
        free, asked = threading.Event(), 0

        def ask(self):
            self.asked += 1
            assert self.free.wait(60)
            return (Finding("x"),)

        def __init__(self):
            limits = {"limit_seconds": 0.2, "fresh_seconds": 3600}
            super().__init__("hanging", self.ask, **limits, unanswered=FAILED)

    probe = Hanging()
    yield probe
    probe.free.set()


def test_what_hangs_holds_one_thread_however_many_ask(hanging):
    with ThreadPoolExecutor(32) as crowd:
        answers = list(crowd.map(lambda _: hanging.findings(), range(320)))
    assert set(answers) == {FAILED}
    assert hanging.asked == 1
    hanging.free.set()
    eventually(lambda: hanging.findings() != FAILED)
    assert hanging.asked == 1, "its answer counts, although it came late"


def test_a_full_disk_stores_no_pictures(settings):
    """The limit on the size of files stands for the disk: writing fails in the same place."""
    assert files.check_media() == (Finding("media"),)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        [found] = files.check_media()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (found.code, found.detail, found.is_failure) == ("unavailable", "File too large", True)


@each("path", [LIVE, READY, f"{HEALTH}/live/", f"{HEALTH}/ready/"])
def test_a_load_balancer_needs_neither_host_nor_tls(settings, db, path):
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["loopin.example"]
    assert Client().get(path, headers={"Host": "10.0.0.7"}).status_code in (200, 503)
