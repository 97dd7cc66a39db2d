"""Every failure has the envelope, the fitting status and a code, on the API; a page elsewhere."""

import gzip

import pytest
from django.db import OperationalError, connection
from django.test import Client

from accounts import signals
from tests.cast import DAVE
from tests.each import each

SIGNUP = "/api/auth/signup"


def failed(response, status, code):
    body = response.json()
    assert response.status_code == status, response.content
    assert {"success", "message", "data", "token", "code"} <= set(body)
    assert (body["success"], body["data"], body["token"]) == (False, None, None)
    assert body["code"] == code
    assert body["message"]
    return body


@each("raw", ["", "{", "not json", '{"a":', "\xff", '{"phone_number": "\\ud800"}', "[" * 100_000])
def test_a_body_that_is_not_json_is_refused(api, raw):
    failed(api.post(SIGNUP, raw.encode("latin-1")), 400, "invalid_json")


@each("body", [[], [1], "text", 5, None, True])
def test_a_body_that_is_not_an_object_is_refused(api, body):
    import json

    answer = failed(api.post(SIGNUP, json.dumps(body).encode()), 422, "validation_error")
    assert answer["errors"] == [
        {"field": "body", "code": "invalid_type", "message": "Send a JSON object."}
    ]


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_with_another_content_type_is_refused(api, content_type):
    response = api.post(SIGNUP, b'{"phone_number": "+1"}', content_type=content_type)
    failed(response, 415, "unsupported_media_type")


def test_json_with_a_charset_is_json(api, sms, db):
    body = b'{"phone_number": "%s"}' % DAVE.encode()
    response = api.post(SIGNUP, body, content_type="application/json; charset=utf-8")
    assert response.status_code == 200


def test_a_byte_order_mark_before_json_is_ignored(api, sms, db):
    body = b'\xef\xbb\xbf{"phone_number": "%s"}' % DAVE.encode()
    assert api.post(SIGNUP, body).status_code == 200
    failed(api.post(SIGNUP, b"\xef\xbb\xbf"), 400, "invalid_json")
    failed(api.post(SIGNUP, b"\xef\xbb\xbf" + body), 400, "invalid_json")


@each("encoding", ["gzip", "GZIP", "br", "deflate, gzip", "x-unknown"])
@pytest.mark.parametrize(
    ("path", "content_type"),
    [(SIGNUP, "application/json"), ("/api/auth/profile-pictures", "multipart/form-data")],
)
def test_a_compressed_body_is_refused_in_words(api, path, content_type, encoding):
    body, headers = gzip.compress(b'{"phone_number": "+1"}'), {"Content-Encoding": encoding}
    response = api.post(path, body, content_type=content_type, headers=headers)
    answer = failed(response, 415, "encoding_not_supported")
    assert "compressed" in answer["message"]
    assert response["Accept-Encoding"] == "identity"


def test_a_body_that_says_it_is_not_compressed_is_read(api, sms, db):
    body, headers = {"phone_number": DAVE}, {"Content-Encoding": "identity"}
    assert api.post(SIGNUP, body, headers=headers).status_code == 200


def test_a_body_over_the_limit_is_refused(api):
    body = b'{"phone_number": "%s"}' % (b"1" * 1024 * 1024)
    failed(api.post(SIGNUP, body), 413, "body_too_large")


def test_a_wrong_method_is_refused(api):
    response = api.get(SIGNUP)
    failed(response, 405, "method_not_allowed")
    assert response["Allow"] == "POST"


@each("path", ["/api/nothing", "/api/auth/", "/auth/nothing", "/api/auth/signup//"])
def test_an_unknown_url_is_not_found(api, path):
    failed(api.post(path, {}), 404, "not_found")


def test_a_crash_tells_nothing(api, db, in_the_middle):
    def crash():
        raise RuntimeError("the secret")

    in_the_middle(signals.code_requested, crash)
    response = api.post(SIGNUP, {"phone_number": DAVE})
    failed(response, 500, "server_error")
    assert b"secret" not in response.content


@pytest.mark.parametrize("path", [SIGNUP, "/auth/signup"])
def test_an_unavailable_database_is_a_503(api, monkeypatch, path, db):
    def away(*args, **kwargs):
        raise OperationalError("connection refused")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", away)
        response = api.post(path, {"phone_number": DAVE})
    body = failed(response, 503, "database_unavailable")
    assert body["retry_after"] == int(response["Retry-After"])


@pytest.mark.django_db(transaction=True)
def test_a_database_that_only_reads_is_a_503_and_its_connection_is_not_kept(api):
    """Such as the primary that was before a failover."""
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    failed(api.post(SIGNUP, {"phone_number": DAVE}), 503, "database_unavailable")
    assert api.post(SIGNUP, {"phone_number": DAVE}).status_code == 200


def test_pages_have_error_pages(client, db):
    response = client.get("/nothing/")
    assert response.status_code == 404
    assert "text/html" in response["Content-Type"]
    assert b"Loopin" in response.content


def test_a_page_without_a_database_says_so(client, monkeypatch, db):
    def away(*args, **kwargs):
        raise OperationalError("connection refused")

    client.get("/signup/")
    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", away)
        response = client.post("/signup/", {"phone_number": DAVE})
    assert response.status_code == 503
    assert b"Please try again" in response.content
    assert b"connection refused" not in response.content


def test_a_form_without_its_csrf_token_is_refused_kindly(db):

    response = Client(enforce_csrf_checks=True).post("/signup/", {"phone_number": DAVE})
    assert response.status_code == 403
    assert b"reload" in response.content
