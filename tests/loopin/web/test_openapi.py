"""The schema documents every operation in full; the middleware of `tests.answers` compares."""

import uuid

import jsonschema
import pytest

from loopin.web.openapi import CODES
from tests.accounts.pictures import made
from tests.cast import BOB, DAVE, PROFILE

OPERATIONS = {
    ("post", "/api/users/register"),
    ("post", "/api/users/login"),
    ("post", "/api/users/send-phone-otp"),
    ("post", "/api/users/verify-phone-otp"),
    ("get", "/api/users/me"),
    ("patch", "/api/users/me"),
    ("post", "/api/users/set-password"),
    ("post", "/api/users/send-email-otp"),
    ("post", "/api/users/verify-email-otp"),
    ("post", "/api/users/password-reset"),
    ("post", "/api/users/password-reset/confirm"),
    ("post", "/api/users/logout"),
    ("post", "/api/users/token/refresh"),
    ("post", "/api/auth/signup"),
    ("post", "/api/auth/login"),
    ("post", "/api/auth/verify-otp"),
    ("post", "/api/auth/verify-login"),
    ("post", "/api/auth/complete-profile"),
    ("get", "/api/auth/profile"),
    ("patch", "/api/auth/profile"),
    ("get", "/api/auth/event-interests"),
    ("post", "/api/auth/logout"),
    ("post", "/api/auth/refresh"),
    ("post", "/api/auth/change-phone"),
    ("post", "/api/auth/verify-change-phone"),
    ("get", "/api/auth/export"),
    ("post", "/api/auth/account/delete-code"),
    ("delete", "/api/auth/account"),
    ("get", "/api/auth/sessions"),
    ("delete", "/api/auth/sessions"),
    ("delete", "/api/auth/sessions/{session_id}"),
    ("get", "/api/auth/profile-pictures"),
    ("post", "/api/auth/profile-pictures"),
    ("put", "/api/auth/profile-pictures/order"),
    ("delete", "/api/auth/profile-pictures/{picture_id}"),
    ("get", "/api/service/account"),
    ("post", "/api/service/introspect"),
    ("get", "/api/service/users/changes"),
    ("post", "/api/service/users/lookup"),
    ("post", "/api/service/users/batch"),
    ("get", "/api/service/users/{user_id}"),
    ("get", "/api/leads"),
    ("get", "/api/leads/{lead_id}"),
    ("post", "/api/leads/{lead_id}/claim"),
    ("post", "/api/leads/{lead_id}/release"),
    ("post", "/api/leads/{lead_id}/reveal"),
    ("post", "/api/leads/{lead_id}/note"),
    ("post", "/api/leads/{lead_id}/call"),
    ("post", "/api/leads/{lead_id}/status"),
    ("post", "/api/leads/{lead_id}/follow-up"),
    ("post", "/api/leads/{lead_id}/called-in"),
    ("get", "/api/service/webhooks"),
    ("post", "/api/service/webhooks"),
    ("get", "/api/service/webhooks/{endpoint_id}"),
    ("patch", "/api/service/webhooks/{endpoint_id}"),
    ("delete", "/api/service/webhooks/{endpoint_id}"),
    ("post", "/api/service/webhooks/{endpoint_id}/rotate"),
    ("post", "/api/service/webhooks/{endpoint_id}/test"),
    ("get", "/api/service/webhooks/{endpoint_id}/deliveries"),
    ("post", "/api/service/webhooks/{endpoint_id}/deliveries/{delivery_id}/resend"),
    ("get", "/api"),
    ("get", "/api/health"),
    ("get", "/api/health/live"),
    ("get", "/api/health/ready"),
}


@pytest.fixture(scope="module")
def schema(django_db_setup):
    from django.test import Client

    return Client().get("/api/openapi.json").json()


def operations(schema):
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def test_it_is_openapi_3_1_and_lists_every_operation(schema):
    assert schema["openapi"].startswith("3.1")
    assert {(method, path) for method, path, _ in operations(schema)} == OPERATIONS


def test_the_version_1_addresses_are_not_in_it(schema):
    assert not [path for path in schema["paths"] if not path.startswith("/api")]


def test_every_operation_is_described(schema):
    for method, path, operation in operations(schema):
        assert operation["summary"], (method, path)
        assert operation["description"], (method, path)
        for status, content in contents(operation):
            assert content["schema"], (method, path, status)
            assert content["examples"], (method, path, status)
        for kind, body in operation.get("requestBody", {}).get("content", {}).items():
            assert body["examples" if kind == "application/json" else "schema"], (method, path)


def contents(operation):
    """What each answer with a body is described with."""
    for status, response in operation["responses"].items():
        if status != "304":
            yield status, response["content"]["application/json"]


def test_every_operation_has_an_id_of_its_own(schema):
    ids = [operation["operationId"] for _, _, operation in operations(schema)]
    assert len(ids) == len(set(ids))


def test_every_example_fits_its_schema(schema):
    for _, _, operation in operations(schema):
        for _, content in contents(operation):
            whole = content["schema"] | {"components": schema["components"]}
            for example in content["examples"].values():
                jsonschema.validate(
                    example["value"], whole, format_checker=jsonschema.FormatChecker()
                )


def codes(schema, method, path):
    """The errors that an operation documents."""
    responses = schema["paths"][path][method]["responses"].values()
    return {code for response in responses for code in response.get(CODES, ())}


def test_what_sends_a_code_documents_the_limits_on_codes(schema):
    limits = {"rate_limited", "resend_too_soon", "sms_budget_exhausted", "sms_unavailable"}
    for path in ("signup", "login", "change-phone", "account/delete-code"):
        assert limits <= codes(schema, "post", f"/api/auth/{path}")
    assert "email_unavailable" in codes(schema, "post", "/api/auth/account/delete-code")
    assert "email_unavailable" not in codes(schema, "post", "/api/auth/signup")


def test_what_takes_a_code_documents_the_limit_on_guesses(schema):
    guesses = {"otp_invalid", "otp_expired", "otp_not_found", "otp_attempts_exceeded"}
    for method, path in (("post", "verify-change-phone"), ("delete", "account")):
        assert guesses | {"rate_limited"} <= codes(schema, method, f"/api/auth/{path}")


def test_operations_on_one_thing_document_that_an_id_may_be_none(schema):
    for method, path, _ in operations(schema):
        assert ("not_found" in codes(schema, method, path)) == ("{" in path), path


def test_errors_document_the_headers_that_they_bring(schema):
    responses = schema["paths"]["/api/auth/account/delete-code"]["post"]["responses"]
    assert responses["401"]["headers"].keys() == {"X-Request-ID", "WWW-Authenticate"}
    limits = {"RateLimit", "RateLimit-Policy"}
    assert responses["429"]["headers"].keys() == {"X-Request-ID", "Retry-After"} | limits
    assert responses["200"]["headers"].keys() == {"X-Request-ID"} | limits
    listed = schema["paths"]["/api/auth/event-interests"]["get"]["responses"]
    assert listed["304"]["headers"].keys() == {"X-Request-ID", "ETag", "Cache-Control"}


def test_one_life_goes_through_the_whole_api(  # noqa: PLR0915
    api, sms, db, travel
):
    """Each operation, succeeding and failing; `tests/answers.py` holds the answers against it."""

    def call(method, path, body=None, token=None, **ids):
        return api.request(method, path.format(**ids), body, token=token).json()

    number = {"phone_number": DAVE}
    call("POST", "/api/auth/login", number)
    call("POST", "/api/auth/verify-otp", number | {"otp_code": "0000"})
    call("POST", "/api/auth/signup", number)
    call("POST", "/api/auth/signup", number)
    call("POST", "/api/auth/signup", {"phone_number": "x"})
    call("POST", "/api/auth/verify-otp", number | {"otp_code": "x"})
    right = number | {"otp_code": sms.last_code(DAVE)}
    token = call("POST", "/api/auth/verify-otp", right)["token"]
    call("GET", "/api/auth/profile")
    call("GET", "/api/auth/profile", token=token)
    call("POST", "/api/auth/complete-profile", {}, token=token)
    call("POST", "/api/auth/complete-profile", PROFILE | {"phone_number": "+15005550006"}, token)
    call("POST", "/api/auth/complete-profile", PROFILE, token)
    call("GET", "/api/auth/profile", token=token)
    call("PATCH", "/api/auth/profile", {"bio": "Hello"}, token)
    call("PATCH", "/api/auth/profile", {"bio": 5}, token)
    call("GET", "/api/auth/event-interests")
    call("POST", "/api/auth/signup", number)
    call("POST", "/api/auth/login", number)
    right = number | {"otp_code": sms.last_code(DAVE)}
    answer = call("POST", "/api/auth/verify-login", right)
    token = answer["token"]
    call("DELETE", "/api/auth/sessions", token=token)
    renewed = call("POST", "/api/auth/refresh", {"refresh_token": answer["data"]["refresh_token"]})
    call("POST", "/api/auth/refresh", {"refresh_token": "x"})
    call("POST", "/api/auth/refresh", {})
    token = renewed["token"]
    call("GET", "/api/auth/export", token=token)
    call("POST", "/api/auth/change-phone", number, token)
    call("POST", "/api/auth/change-phone", {"phone_number": BOB}, token)
    call("POST", "/api/auth/change-phone", {"phone_number": BOB}, token)
    moved = {"phone_number": BOB, "otp_code": "x"}
    call("POST", "/api/auth/verify-change-phone", moved, token)
    moved["otp_code"] = sms.last_code(BOB)
    call("POST", "/api/auth/verify-change-phone", moved, token)
    call("POST", "/api/auth/verify-change-phone", moved, token)
    number = {"phone_number": BOB}
    call("DELETE", "/api/auth/account", {"otp_code": "1234"}, token)
    call("POST", "/api/auth/account/delete-code", token=token)
    call("POST", "/api/auth/account/delete-code", token=token)
    call("DELETE", "/api/auth/account", {"otp_code": "x"}, token)
    [session] = call("GET", "/api/auth/sessions", token=token)["data"]
    one = "/api/auth/sessions/{session_id}"
    call("DELETE", one, token=token, session_id=uuid.uuid4())
    call("DELETE", one, token=token, session_id=session["id"])
    call("DELETE", one, token=token, session_id=session["id"])
    call("GET", "/api/auth/sessions", token=token)
    call("POST", "/api/auth/logout", token=token)
    call("GET", "/api/auth/profile", token=token)
    travel(31)
    call("POST", "/api/auth/login", number)
    right = number | {"otp_code": sms.last_code(BOB)}
    token = call("POST", "/api/auth/verify-login", right)["token"]
    call("POST", "/api/auth/account/delete-code", token=token)
    call("DELETE", "/api/auth/account", {"otp_code": sms.last_code(BOB)}, token)
    call("GET", "/api/")


def test_a_gallery_goes_through_each_operation_on_pictures(api, alice, token_of):
    token = token_of(alice)
    path = "/api/auth/profile-pictures"

    def check(response, status):
        assert response.status_code == status, response.content
        return response.json()["data"]

    def send(*contents):
        headers = {"Authorization": f"Bearer {token}"}
        files = [made.file(content) for content in contents]
        return api.client.post(path, {"files": files}, headers=headers)

    check(send(made.jpeg(), b"x"), 201)
    check(send(b"x"), 422)
    check(api.post(path, {}, token=token), 415)
    check(api.client.post(path), 401)
    listed = check(api.get(path, token=token), 200)
    order = f"{path}/order"
    ids = [one["id"] for one in listed]
    for body, status in (({"order": ids[::-1]}, 200), ({"order": ids[:1]}, 422), ({}, 422)):
        check(api.request("PUT", order, body, token=token), status)
    for picture, status in ((ids[0], 200), (ids[0], 404), (ids[1], 409)):
        response = api.request("DELETE", f"{path}/{picture}", token=token)
        check(response, status)
