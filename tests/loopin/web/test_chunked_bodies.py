"""A body without a length is taken, under the same limits as any other."""

import http.client
import json
import socket
from contextlib import suppress
from typing import Any

import pytest

from accounts.codes.schemas import CODE_SENT
from accounts.models import PhoneOTP, RateCounter, User
from accounts.pictures import sizes
from tests.accounts.pictures import made
from tests.cast import DAVE
from tests.each import each
from tests.live import LiveSite

MEBIBYTE = 1024 * 1024


@pytest.fixture
def send(live: LiveSite):
    """`send("POST", path, body, headers)`: in chunks; the status and the JSON of the answer."""

    def request(path, body, content_type, **headers):
        connection = http.client.HTTPConnection(live.url.removeprefix("http://"), timeout=20)
        chunks = [body[at : at + 10_000] for at in range(0, len(body), 10_000)]
        headers |= {"Content-Type": content_type}
        with suppress(BrokenPipeError, ConnectionResetError):  # answered before it had all
            connection.request("POST", path, iter(chunks), headers, encode_chunked=True)
        response = connection.getresponse()
        content = response.read()
        connection.close()
        return response.status, content

    return request


pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("server")]


def test_json_in_chunks_is_read(send):
    body = json.dumps({"phone_number": DAVE} | {"unknown": "a" * 300_000}).encode()
    assert send("/api/auth/signup", body, "application/json")[0] == 200


def test_too_much_json_in_chunks_is_refused(send):
    body = b'{"phone_number": "%s"}' % (b"1" * MEBIBYTE)
    status, content = send("/api/auth/signup", body, "application/json")
    assert (status, json.loads(content)["code"]) == (413, "body_too_large")


def test_no_body_in_chunks_is_no_json(send):
    status, content = send("/api/auth/signup", b"", "application/json")
    assert (status, json.loads(content)["code"]) == (400, "invalid_json")


@each("size, status", [(100, 403), (2 * MEBIBYTE, 413)])
def test_a_form_in_chunks_is_read_and_limited(send, size, status):
    """It is read for its CSRF token, of which the cookie is the other half."""
    body = b"phone_number=" + b"1" * size
    cookie = {"Cookie": f"csrftoken={'a' * 32}"}
    assert send("/signup/", body, "application/x-www-form-urlencoded", **cookie)[0] == status


def form_of(picture: bytes) -> tuple[bytes, str]:
    head = b'--edge\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n'
    body = head + b"Content-Type: image/jpeg\r\n\r\n" + picture + b"\r\n--edge--\r\n"
    return body, "multipart/form-data; boundary=edge"


def test_pictures_in_chunks_are_taken_and_limited(send, alice: User, token_of):
    """More than 1 MiB, which is where other bodies end; one too large is refused by itself."""
    bearer = {"Authorization": f"Bearer {token_of(alice)}"}
    picture = made.jpeg()
    large = picture + b"\0" * (2 * MEBIBYTE)
    status, content = send("/api/auth/profile-pictures", *form_of(large), **bearer)
    assert (status, len(json.loads(content)["data"]["pictures"])) == (201, 1)
    larger = picture + b"\0" * sizes.MAX_BYTES
    status, content = send("/api/auth/profile-pictures", *form_of(larger), **bearer)
    assert (status, json.loads(content)["errors"][0]["code"]) == (422, "picture_too_large")
    status, content = send("/api/auth/profile-pictures", *form_of(picture * 40_000), **bearer)
    assert status in (413, 422)


def test_a_stranger_s_pictures_in_chunks_are_not_read(send):
    assert send("/api/auth/profile-pictures", *form_of(b"\0" * 3 * MEBIBYTE))[0] == 401


def answer_of(live: LiveSite, lines: list[str], *chunks: bytes) -> tuple[int, dict[str, Any]]:
    """The status and the JSON of the answer to these very bytes."""
    host, _, port = live.url.removeprefix("http://").partition(":")
    sizes_and_data = b"".join(b"%X\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        head = "\r\n".join([*lines, f"Host: {host}:{port}", "Connection: close", "", ""])
        connection.sendall(head.encode() + sizes_and_data + b"0\r\n\r\n")
        response = http.client.HTTPResponse(connection)
        response.begin()
        return response.status, json.loads(response.read())


LIBRARIES = {
    "OkHttp": ["Content-Type: application/json; charset=utf-8", "Transfer-Encoding: chunked"],
    "Ktor": ["Transfer-Encoding: chunked", "Content-Type: application/json", "Accept: */*"],
    "Dart": ["content-type: application/json; charset=utf-8", "transfer-encoding: chunked"],
}
"""The headers of a body of which each library does not know the length."""


@each("lines", LIBRARIES)
@pytest.mark.parametrize("path", ["/api/auth/signup", "/auth/signup/"])
def test_json_is_read_as_the_libraries_of_apps_send_it(live, lines, path):
    body = json.dumps({"phone_number": DAVE}).encode()
    for chunks in ([body], [body[:3], body[3:]], [bytes([byte]) for byte in body]):
        PhoneOTP.objects.all().delete()
        RateCounter.objects.all().delete()
        status, answer = answer_of(live, [f"POST {path} HTTP/1.1", *lines], *chunks)
        assert (status, answer["message"]) == (200, CODE_SENT)


@each("lines", LIBRARIES)
def test_a_picture_is_read_as_the_libraries_of_apps_send_it(live, alice, token_of, lines):
    body, _type = form_of(made.jpeg())
    about = [line for line in lines if not line.lower().startswith("content-type")]
    about += ['Content-Type: multipart/form-data; boundary="edge"']
    about += [f"Authorization: Bearer {token_of(alice)}"]
    chunks = [body[at : at + 8192] for at in range(0, len(body), 8192)]
    for path in ("/api/auth/profile-pictures", "/api/auth/profile-pictures/"):
        status, answer = answer_of(live, [f"POST {path} HTTP/1.1", *about], *chunks)
        assert (status, len(answer["data"]["pictures"])) == (201, 1)
