"""The line of a request: who asked, what for, what became of it, and where the time went."""

import gc
import json
import logging
import re
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
import warnings
import weakref

import pytest
from django.conf import settings as django_settings
from django.test import Client

from loopin import request_facts
from loopin.logs import process_log, request_log
from loopin.logs.formatters import JSONFormatter
from tests import processes
from tests.cast import ALICE, DAVE
from tests.each import each
from tests.live import database_url
from tests.waiting import eventually

SIGNUP = "/api/auth/signup"


@pytest.fixture
def lines(caplog):
    """`lines()`: the fields of the lines of requests since the last call, as they are written."""
    caplog.set_level(logging.INFO)

    def read():
        written = [
            json.loads(JSONFormatter().format(record))
            for record in caplog.records
            if record.name == "loopin.logs.request_log"
        ]
        caplog.clear()
        return written

    return read


def test_it_has_the_documented_fields(api, db, lines):
    api.get("/api/auth/event-interests")
    [line] = lines()
    assert list(request_log.FIELDS) == [name for name in line if name in request_log.FIELDS]
    assert line["route"] == "api/auth/event-interests"
    assert line["db_asked"] == 1
    assert line["db_ms"] >= 0


def test_it_says_who_asked_with_a_token_and_who_signed_in(api, sms, alice, lines):
    api.post("/api/auth/login", {"phone_number": ALICE})
    body = {"phone_number": ALICE, "otp_code": sms.last_code(ALICE)}
    token = api.post("/api/auth/verify-login", body).json()["token"]
    api.get("/api/auth/profile", token=token)
    asked, signed_in, read = lines()
    assert (asked["user"], asked["session"]) == (None, "")
    assert asked["provider_ms"] > 0
    session = alice.sessions.get().pk
    assert read["user"] == signed_in["user"] == alice.pk
    assert read["session"] == signed_in["session"] == str(session)[:8]


def test_it_says_who_looked_at_a_page(staff, browser_of, lines):
    browser_of(staff).get("/leads/")
    line = lines()[-1]
    assert (line["user"], line["route"]) == (staff.pk, "leads/")
    assert re.fullmatch("[0-9a-f]{8}", line["session"])


def test_nobody_is_said_of_the_next_request(api, alice, token_of, lines):
    api.get("/api/auth/profile", token=token_of(alice))
    api.get("/api/")
    assert lines()[-1]["user"] is None


REFUSALS = {
    "an unknown address": (404, "not_found", lambda api: api.get("/api/nothing")),
    "a wrong method": (405, "method_not_allowed", lambda api: api.get(SIGNUP)),
    "no JSON": (400, "invalid_json", lambda api: api.post(SIGNUP, "{")),
    "a broken rule": (422, "validation_error", lambda api: api.post(SIGNUP, {})),
    "no token": (401, "not_authenticated", lambda api: api.get("/api/auth/profile")),
    "no account": (
        *(404, "user_not_found"),
        lambda api: api.post("/api/auth/login", {"phone_number": DAVE}),
    ),
    "another host": (400, "bad_request", lambda api: Client().get("/", headers={"Host": "x y"})),
    "a page": (404, "not_found", lambda api: Client().get("/nothing")),
    "a form": (
        422,
        "validation_error",
        lambda api: Client().post("/signup/", {"phone_number": "x"}),
    ),
    "a form without its token": (
        *(403, "form_out_of_date"),
        lambda api: Client(enforce_csrf_checks=True).post("/logout/"),
    ),
}


@each("status, code, ask", REFUSALS)
def test_a_refusal_is_one_line_with_its_code(api, db, caplog, settings, status, code, ask):
    settings.ALLOWED_HOSTS = ["testserver"]
    caplog.set_level(logging.INFO)
    caplog.clear()
    ask(api)
    [record] = [one for one in caplog.records if one.name != "httpx"]
    assert (record.fields["status"], record.fields["code"]) == (status, code)


def test_a_provider_in_trouble_is_no_crash_of_ours(api, sms, db, caplog):
    sms.behaviour = 20500
    api.post(SIGNUP, {"phone_number": DAVE})
    names = {one.name for one in caplog.records}
    assert names == {"accounts.messaging.delivery", "loopin.logs.request_log"}


def test_a_client_is_one_word_for_a_month_and_no_address(client, lines, monkeypatch):
    for address in ("203.0.113.9", "203.0.113.9", "203.0.113.10"):
        client.get("/api/", REMOTE_ADDR=address)
    first, again, other = (line["client"] for line in lines())
    assert first == again != other
    assert re.fullmatch("[0-9a-f]{12}", first)
    assert request_log._keyed("203.0.113.9", time.gmtime()[:2]) == first
    assert request_log._keyed("203.0.113.9", (2000, 1)) != first
    assert request_log.keyed("") == ""


def test_what_times_a_connection_does_not_keep_it():
    """It closes when its thread ends, without anybody who collects garbage."""

    class Server:
        def wait(self):
            return "answered"

    server = Server()
    server.wait = request_facts._timed(Server.wait, server)
    assert server.wait() == "answered"
    kept = weakref.ref(server)
    gc.disable()
    try:
        del server
        assert kept() is None
    finally:
        gc.enable()


def test_an_ipv6_customer_is_one_client():
    assert request_log.keyed("2001:db8::1") == request_log.keyed("2001:db8::ffff")


def test_what_nobody_catches_is_a_line(caplog, monkeypatch):
    for hook in ("excepthook", "unraisablehook"):
        monkeypatch.setattr(sys, hook, getattr(sys, hook))
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)
    caplog.set_level(logging.INFO)
    process_log.log_start("Test")

    def fail():
        raise ZeroDivisionError

    thread = threading.Thread(target=fail, name="broken")
    thread.start()
    thread.join()
    started, failed = [one for one in caplog.records if one.name == "loopin.logs.process_log"]
    assert started.fields["event"] == "Test started"
    assert django_settings.SECRET_KEY not in started.getMessage()
    assert failed.getMessage() == "The thread broken ends by an error"
    assert failed.exc_info[0] is ZeroDivisionError


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("server")
def test_every_line_of_a_server_and_its_worker_is_json(serve):
    """Those of the server program, of its processes, and of a warning of Python, too."""
    process, site = serve(LOG_FORMAT="json", WORKERS="1", PYTHONWARNINGS="always")
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(f"{site.url}/api/nothing")
    process.send_signal(signal.SIGINT)
    process.wait(timeout=20)
    lines = [json.loads(line) for line in site.log_path.read_text().splitlines()]
    events = [line["event"] for line in lines if line["logger"] == "loopin.logs.process_log"]
    assert events == ["Server started", "Server process started", "Server stopped"]
    assert "_granian" in {line["logger"] for line in lines}
    [refusal] = [line for line in lines if line.get("path") == "/api/nothing"]
    assert refusal["code"] == "not_found"


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("server")
def test_the_worker_says_when_it_starts_and_stops(serve, tmp_path):
    log = tmp_path / "log"
    told = processes.own_environment(DATABASE_URL=database_url(), LOG_FORMAT="json")
    with processes.running("work", environment=told, log=log) as process:
        eventually(lambda: "Worker started" in log.read_text())
    assert process.returncode == 0
    events = [json.loads(line).get("event") for line in log.read_text().splitlines()]
    assert events[0] == "Worker started"
    assert events[-1] == "Worker stopped"
