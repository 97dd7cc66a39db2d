"""Requests as granian hands them on: bodies of a known length, HEAD, and clients that go away."""

import http.client
import json
import socket

import pytest

from accounts.codes.schemas import CODE_SENT
from accounts.models import PhoneOTP
from tests.accounts.pictures import made
from tests.cast import DAVE
from tests.each import each
from tests.loopin.web.test_chunked_bodies import form_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("server")]

KIBIBYTE = 1024
SIGNUP = "/api/auth/signup"


@pytest.fixture
def connection(live):
    connection = http.client.HTTPConnection(live.url.removeprefix("http://"), timeout=20)
    yield connection
    connection.close()


def ask(connection, method, path, body=None, **headers):
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer, answer.read()


def signup_of(size: int) -> bytes:
    """A request for a code of this many bytes."""
    empty = json.dumps({"phone_number": DAVE, "unknown": ""}).encode()
    return empty.replace(b'""', b'"%s"' % (b"a" * (size - len(empty))))


@pytest.mark.parametrize("size", [64 * KIBIBYTE, 64 * KIBIBYTE + 1, 300 * KIBIBYTE])
def test_a_body_is_read_whole_whichever_thread_reads_it(connection, size):
    body = signup_of(size)
    answer, content = ask(connection, "POST", SIGNUP, body, **{"Content-Type": "application/json"})
    assert (len(body), answer.status, json.loads(content)["message"]) == (size, 200, CODE_SENT)


def test_a_picture_of_a_known_length_is_taken(connection, alice, token_of):
    body, content_type = form_of(made.jpeg() + b"\0" * 300 * KIBIBYTE)
    headers = {"Content-Type": content_type, "Authorization": f"Bearer {token_of(alice)}"}
    answer, content = ask(connection, "POST", "/api/auth/profile-pictures", body, **headers)
    assert (answer.status, len(json.loads(content)["data"]["pictures"])) == (201, 1)


@each("path", ["/api/auth/event-interests", "/signup/", "/static/js/sign_in_dialog.js"])
def test_head_tells_what_get_sends_and_the_connection_goes_on(connection, path):
    head, nothing = ask(connection, "HEAD", path)
    got, content = ask(connection, "GET", path)
    assert (head.status, nothing, got.status) == (200, b"", 200)
    assert content
    assert head.headers["Content-Type"] == got.headers["Content-Type"]


def test_who_goes_away_in_the_middle_of_a_body_has_asked_nothing(live, connection):
    """What has arrived is a whole form by itself."""
    host, _, port = live.url.removeprefix("http://").partition(":")
    lines = [f"POST {SIGNUP} HTTP/1.1", f"Host: {host}", "Content-Type: application/json"]
    head = "\r\n".join([*lines, "Content-Length: 1000", "", ""]).encode()
    for _ in range(40):  # more often than there are threads that read
        with socket.create_connection((host, int(port)), timeout=20) as client:
            client.sendall(head + signup_of(999))
            client.shutdown(socket.SHUT_WR)
            assert client.recv(100).startswith(b"HTTP/1.1 400 ")
    assert ask(connection, "GET", "/api/")[0].status == 200
    assert not PhoneOTP.objects.exists()
