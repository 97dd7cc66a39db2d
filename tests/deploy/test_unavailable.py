"""While nothing answers behind the proxy, people and apps are told when to come again."""

import http.client
import json
import re
from html.parser import HTMLParser

import pytest

from tests import caddy, nginx, processes
from tests.docs.markdown import ROOT
from tests.live import free_port

PAGE = (ROOT / "deploy/proxy/unavailable.html").read_text(encoding="utf-8")


@pytest.fixture(params=[nginx, caddy], ids=["nginx", "caddy"])
def proxy(request, tmp_path):
    """The port of a proxy behind which nobody listens."""
    if request.param.PROGRAM is None:
        pytest.skip(f"{request.param.__name__} is not installed")
    process, port = request.param.start(tmp_path, upstream=free_port())
    yield port
    processes.end(process)


def ask(port, method, path, host="127.0.0.1"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path, headers={"Host": host})
    response = connection.getresponse()
    found = response.status, response.headers, response.read().decode()
    connection.close()
    return found


def test_people_get_a_page_whatever_they_did(proxy):
    for method, path in (("GET", "/"), ("POST", "/signup/"), ("GET", "/leads/")):
        status, headers, text = ask(proxy, method, path)
        assert (status, text) == (503, PAGE)
        assert headers["Content-Type"].lower() == "text/html; charset=utf-8"
        assert headers.get_all("Retry-After") == ["5"]
        assert headers["Cache-Control"] == "no-store"


def test_apps_get_an_error_in_the_usual_form(proxy):
    for method, path in (("POST", "/api/auth/signup"), ("GET", "/auth/profile"), ("GET", "/api/")):
        status, headers, text = ask(proxy, method, path)
        answer = json.loads(text)
        assert status == 503
        assert headers.get_content_type() == "application/json"
        assert headers["Retry-After"] == str(answer["retry_after"])
        assert answer["success"] is False
        assert answer["data"] is answer["token"] is None
        assert answer["message"]


def test_nobody_asks_for_the_files_themselves(proxy):
    assert ask(proxy, "GET", "/unavailable.html")[0] in (404, 503)


@pytest.mark.skipif(nginx.PROGRAM is None, reason="nginx is not installed")
def test_port_80_leads_to_https(tmp_path):
    plain = free_port()
    process, _ = nginx.start(tmp_path, upstream=free_port(), plain_port=plain)
    try:
        status, headers, _ = ask(plain, "GET", "/signup/?next=/profile/", "loopin.example")
        assert status == 301
        assert headers["Location"] == "https://loopin.example/signup/?next=/profile/"
        challenge = "/.well-known/acme-challenge/nothing"
        assert ask(plain, "GET", challenge, "loopin.example")[0] == 404
    finally:
        processes.end(process)


def test_the_page_is_in_both_languages_tries_again_and_needs_nothing_else():
    class Reader(HTMLParser):
        languages: list[str] = []

        def handle_starttag(self, tag, attrs):
            self.languages += [value for name, value in attrs if name == "lang"]
            assert tag not in ("script", "img", "link")

    reader = Reader()
    reader.feed(PAGE)
    assert reader.languages == ["en", "hi"]
    assert '<meta http-equiv="refresh" content="5">' in PAGE
    assert re.search("[\u0900-\u097f]", PAGE)
    assert "://" not in PAGE
