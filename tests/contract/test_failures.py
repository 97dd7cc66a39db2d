"""Failures that are alike at many operations, and the two spellings of each address."""

import pytest

from accounts.models import PhoneOTP, User
from tests import broken
from tests.cast import ALICE, CAROL, DAVE
from tests.contract.played import App
from tests.contract.test_email import REGISTER
from tests.each import each

SENDING = [
    *(("/signup", {"phone_number": DAVE}), ("/login", {"phone_number": ALICE})),
    *(("/change-phone", {"phone_number": CAROL}), ("/account/delete-code", None)),
    ("/api/users/password-reset/", {"phone": ALICE}),
]
BODIES = {
    "cut off": b'{"phone_number": "+9199',
    "empty": b"",
    "two of them": b"{}{}",
    "not in UTF-8": b'{"phone_number": "\xff"}',
    "no JSON": b"phone_number=1",
}
TAKING = ["/signup", "/login", "/verify-otp", "/verify-login", "/refresh"]
TYPES = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["/api/auth", "/auth"])
def app(request, sms, settings):
    settings.UNIFIED_SIGNUP = False
    return App(sms, request.param)


@each("path, body", SENDING)
def test_a_provider_that_is_away_is_a_503_and_nothing_is_half_done(
    app, sms, alice, token_of, path, body
):
    app.token = token_of(alice)
    sms.behaviour = 20500
    refused = {"status": 503, "code": "sms_unavailable", "headers": ("Retry-After",)}
    answer = app.play("POST", path, body, **refused)
    assert int(answer.headers["Retry-After"]) == answer.json()["retry_after"] > 0
    assert not PhoneOTP.objects.exists()
    sms.behaviour = None
    app.play("POST", path, body)


def test_a_mail_server_that_is_away_is_a_503(sms, settings, monkeypatch):
    monkeypatch.setattr(broken.Mail, "trouble", OSError("no route"), raising=False)
    app = App(sms, "/api/users")
    app.token = app.play(
        "POST", "/api/users/register/", REGISTER, status=201, has_token=True
    ).json()["token"]
    working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, broken.MAIL
    refused = {"status": 503, "code": "email_unavailable", "headers": ("Retry-After",)}
    app.play("POST", "/api/users/send-email-otp/", **refused)
    assert not PhoneOTP.objects.exists()
    settings.EMAIL_BACKEND = working
    app.play("POST", "/api/users/send-email-otp/")


@each("path", TAKING)
@each("content", BODIES)
def test_a_body_that_is_no_json_is_a_400(app, path, content):
    response = app.api.post(f"{app.root}{path}", content)
    assert (response.status_code, response.json()["code"]) == (400, "invalid_json")
    assert response.json().keys() >= {"success", "message", "data", "token"}


@each("path", TAKING)
@each("content", [b"[]", b'[{"phone_number": "+919900112233"}]', b'"text"', b"1", b"null", b"true"])
def test_json_that_is_no_object_breaks_a_rule(app, path, content):
    response = app.api.post(f"{app.root}{path}", content)
    assert (response.status_code, response.json()["code"]) == (422, "validation_error")
    assert DAVE not in response.text


@each("path", TAKING)
@each("content_type", TYPES)
def test_another_type_than_json_is_a_415(app, path, content_type):
    response = app.api.post(f"{app.root}{path}", b"{}", content_type=content_type)
    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")


@each("path", TAKING)
@each("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_another_method_is_a_405(app, path, method):
    answer = app.play(method, path, status=405, code="method_not_allowed")
    assert answer.headers["Allow"] == "POST"


@each("path", TAKING)
def test_a_body_that_is_too_large_is_a_413(app, path):
    body = {"phone_number": "9" * 2 * 1024 * 1024}
    app.play("POST", path, body, status=413, code="body_too_large")


def test_every_operation_answers_under_both_spellings(api):
    paths = api.get("/api/openapi.json").json()["paths"]
    found = set()
    for path, methods in paths.items():
        address = path.replace("{", "").replace("}", "")
        for method in methods.keys() & {"get", "post", "put", "patch", "delete"}:
            plain, slashed = (getattr(api.client, method)(f"{address}{end}") for end in ("", "/"))
            assert plain.status_code == slashed.status_code, (method, path)
            found.add(plain.status_code)
    assert 500 not in found


def test_a_deactivated_account_is_refused_everywhere(app, alice, token_of):
    app.token = token_of(alice)
    User.objects.update(is_active=False)
    refused = {"status": 403, "code": "account_inactive"}
    for method, path in (("GET", "/profile"), ("GET", "/sessions"), ("GET", "/export")):
        app.play(method, path, **refused)
    app.play("POST", "/signup", {"phone_number": DAVE})
