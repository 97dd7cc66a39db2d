"""Text that a client sends holds no thread for long, and forges nothing in the log."""

import io
import json
import logging.config
import time

import pytest
from django.conf import settings as django_settings
from django.test import Client

from tests.each import each

KEYS = "Key (" * 1500
"""What the redaction of a log once took minutes for."""

MARKS = "a" + "\u0301\u0316" * 80_000
"""A name that takes 20 s to be composed: combining marks, each pair in the wrong order."""


@pytest.fixture(params=["line", "json"])
def log(request):
    """What the product's own handler writes, in both formats."""
    written = io.StringIO()
    handler = django_settings.LOGGING["handlers"]["console"]
    before = handler.copy()
    handler |= {"formatter": request.param, "stream": written}
    logging.config.dictConfig(django_settings.LOGGING)
    yield written
    handler.clear()
    handler |= before
    logging.config.dictConfig(django_settings.LOGGING)


@pytest.fixture
def stranger():
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


@each(
    "sent",
    [
        {"headers": {"Origin": KEYS}},
        {"headers": {"Origin": f"https://{KEYS}"}},
        {"headers": {"Host": KEYS}},
        {"headers": {"Host": "a" * 7600}},
        {"headers": {"Referer": f"https://{KEYS}"}, "secure": True},
        {"headers": {"User-Agent": KEYS, "Accept-Language": "en," * 2500}},
        {"headers": {"X-Request-ID": KEYS, "X-Forwarded-For": "," * 7600}},
        {"path": "/" + "r/" * 3800},
        {"path": "/django/admin/r/" + "r/" * 3800},
        {"path": "/" + "Key%20(" * 1000},
        {"query_params": {KEYS: KEYS}},
        {"data": {KEYS: "a", "phone_number": KEYS, "otp_code": "1-" * 3000}},
    ],
)
def test_no_text_of_a_client_takes_a_second_or_fills_the_log(stranger, db, log, sent):
    began = time.thread_time()
    stranger.post(sent.pop("path", "/signup/"), sent.pop("data", None), **sent)
    assert time.thread_time() - began < 1
    lines = log.getvalue().splitlines()
    records = [line for line in lines if not line.startswith("    ")]
    messages = [json.loads(line)["message"] if line[0] == "{" else line for line in records]
    assert max(map(len, messages)) < 2_200
    assert max(map(len, lines)) < 45_000


@each(
    "sent",
    [
        {"headers": {"Origin": "https://a\r\n2026-01-01 00:00:00,000 INFO forged [-]: line"}},
        {"headers": {"Host": "a\n2026-01-01 00:00:00,000 INFO forged [-]: line"}},
        {"headers": {"Host": "a\x1b[2J\x9b2J\u202e\u2028"}},
        {"path": "/x%0a2026-01-01%20INFO%20forged%1b[2J%c2%9b"},
    ],
)
def test_no_text_of_a_client_begins_a_line_or_controls_a_terminal(stranger, db, log, sent):
    stranger.post(sent.pop("path", "/signup/"), **sent)
    text = log.getvalue()
    assert not any(line.startswith("2026-01-01") for line in text.splitlines())
    assert all(character.isprintable() or character == "\n" for character in text)


def test_a_name_of_combining_marks_is_refused_at_once(api, db):
    body = {"email": "a@example.com", "phone": "+916205829376", "first_name": MARKS}
    began = time.thread_time()
    response = api.post("/api/users/register/", body)
    assert time.thread_time() - began < 1
    assert response.status_code == 422


def test_a_traceback_keeps_its_lines_and_each_is_set_in(log):
    try:
        int("first\n2026-01-01 00:00:00,000 INFO forged [-]: second")
    except ValueError:
        logging.getLogger("django").exception("It failed")
    text = log.getvalue()
    if text.startswith("{"):
        assert json.loads(text)["exception"].count("\n") > 2
        assert len(text.splitlines()) == 1
    else:
        assert all(line.startswith("    ") for line in text.splitlines()[1:])
