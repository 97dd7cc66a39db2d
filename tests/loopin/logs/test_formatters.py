"""The log as the product writes it: structured, one line a request, and silent about people."""

import io
import json
import logging
import logging.config
import re
import urllib.request

import pytest
from django.conf import settings as django_settings
from django.db import DatabaseError

from accounts import signals
from accounts.models import User
from loopin.logs.redaction import masked
from tests.cast import ALICE, BOB, DAVE
from tests.each import each

SIGNUP = "/api/auth/signup"


@pytest.fixture(params=["line", "json"])
def log(request):
    """The text that the product's own handler wrote, in both formats."""
    configuration = django_settings.LOGGING
    handler = configuration["handlers"]["console"]
    written = io.StringIO()
    before = handler.copy()
    handler |= {"formatter": request.param, "stream": written}
    logging.config.dictConfig(configuration)
    yield written
    handler.clear()
    handler |= before
    logging.config.dictConfig(configuration)


def requests_in(text):
    """The lines about requests of a JSON log."""
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    return [line for line in lines if line["logger"] == "loopin.logs.request_log"]


@pytest.mark.parametrize("log", ["json"], indirect=True)
def test_each_request_has_one_line_without_its_query(api, db, log):
    response = api.get(f"/api/auth/event-interests?phone={ALICE}")
    [line] = requests_in(log.getvalue())
    assert (line["method"], line["path"], line["status"]) == (
        *("GET", "/api/auth/event-interests", 200),
    )
    assert line["request_id"] == response["X-Request-ID"]
    assert line["duration_ms"] > 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line["time"])
    assert ALICE not in log.getvalue()


@pytest.mark.parametrize("log", ["json"], indirect=True)
def test_version_1_addresses_are_logged_as_they_were_asked_for(api, sms, db, log):
    api.post("/auth/signup", {"phone_number": DAVE})
    assert [line["path"] for line in requests_in(log.getvalue())] == ["/auth/signup"]


def test_every_line_of_a_request_has_its_id(api, sms, db, log):
    sms.behaviour = 20500
    response = api.post(SIGNUP, {"phone_number": DAVE}, headers={"X-Request-ID": "from-the-proxy"})
    assert response["X-Request-ID"] == "from-the-proxy"
    lines = log.getvalue().splitlines()
    assert len(lines) > 1
    assert all("from-the-proxy" in line for line in lines)
    assert masked(DAVE) in lines[0]


@each(
    "sent",
    [
        ALICE[1:],
        "Vt0b1x9C2pWb3QyqJ8mZr5K7uYd4sT6eLhNfGgHiAaB",
        "",
        "two words",
        "a" * 65,
        "ü",
        '"};alert(1)',
        "-",
        "a\tb",
    ],
)
def test_an_odd_request_id_is_replaced(client, sent):
    answered = client.get("/api/", headers={"X-Request-ID": sent})["X-Request-ID"]
    assert re.fullmatch("[0-9a-f]{16}", answered)


def test_requests_have_ids_of_their_own(client):
    assert client.get("/api/")["X-Request-ID"] != client.get("/api/")["X-Request-ID"]


def test_pages_redirects_and_errors_have_an_id_too(client, db):
    for path in ("/", "/profile/", "/nothing", "/api/nothing", "/static/nothing.js"):
        assert client.get(path)["X-Request-ID"]


@pytest.mark.django_db(transaction=True)
def test_a_crash_is_told_without_what_the_database_quotes(api, bob, log, in_the_middle):
    """What the unique constraint says has the number; so has the check constraint's row."""

    def twice():
        User.objects.create_user(BOB, phone_number=BOB, email="bob@example.com")

    def unnamed():
        User.objects.filter(phone_number=BOB).update(
            phone_number="6205829376", email="b@ob.example"
        )

    crashes = iter([twice, unnamed])

    def crash():
        next(crashes)()

    in_the_middle(signals.code_requested, crash)
    for _ in range(2):
        assert api.post(SIGNUP, {"phone_number": DAVE}).status_code == 500
    text = log.getvalue()
    assert text.count("IntegrityError") >= 2
    assert text.count("[removed]") >= 4  # psycopg's words, and Django's
    for secret in (BOB, BOB[3:], "6205829376", "b@ob.example"):
        assert secret not in text


def test_arguments_and_exceptions_of_any_logger_are_redacted(log):
    def fail():
        raise DatabaseError(f"OTP for {ALICE}: 1097")

    try:
        fail()
    except DatabaseError:
        logging.getLogger("some.package").exception("not reached: %s", ALICE, stack_info=True)
    text = log.getvalue()
    assert "Traceback" in text
    assert ALICE not in text
    assert "1097" not in text
    assert text.count(masked(ALICE)) >= 2


def test_a_line_break_in_an_address_makes_no_line(client, db, log):
    client.get("/nothing%0a2026-01-01 INFO fake")
    assert len(log.getvalue().splitlines()) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("server")
def test_the_server_writes_json_and_test_mode_shows_the_code(serve):
    process, site = serve(LOG_FORMAT="json", WORKERS="1")
    body = json.dumps({"phone_number": DAVE}).encode()
    headers = {"Content-Type": "application/json", "X-Request-ID": "walk-1"}
    urllib.request.urlopen(urllib.request.Request(site.url + SIGNUP, body, headers)).close()
    process.terminate()
    process.wait(timeout=20)
    lines = [json.loads(line) for line in site.log_path.read_text().splitlines()]
    messages = [line["message"] for line in lines if line["request_id"] == "walk-1"]
    assert re.fullmatch(rf"OTP for \{DAVE}: \d{{4}}", messages[0])
    assert messages[1].startswith(f"POST {SIGNUP} 200 ")


def test_an_unchanged_answer_is_not_worth_a_line(api, db, caplog):
    caplog.set_level("INFO")
    address = "/api/auth/event-interests"
    etag = api.get(address)["ETag"]
    assert f"GET {address} 200" in caplog.text
    caplog.clear()
    assert api.get(address, headers={"If-None-Match": etag}).status_code == 304
    assert address not in caplog.text
