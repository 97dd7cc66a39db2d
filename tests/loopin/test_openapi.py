"""The schema documents every operation in full, and what it documents is what happens."""

import uuid

import jsonschema
import pytest

from tests.cast import BOB, DAVE, PROFILE

OPERATIONS = {
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
    ("get", "/api/"),
    ("get", "/api/health"),
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
    assert not [path for path in schema["paths"] if not path.startswith("/api/")]


def test_every_operation_is_described(schema):
    for method, path, operation in operations(schema):
        assert operation["summary"], (method, path)
        assert operation["description"], (method, path)
        for status, response in operation["responses"].items():
            content = response["content"]["application/json"]
            assert content["schema"], (method, path, status)
            assert content["examples"], (method, path, status)
        if "requestBody" in operation:
            assert operation["requestBody"]["content"]["application/json"]["examples"]


def test_every_example_fits_its_schema(schema):
    for method, path, operation in operations(schema):
        for status, response in operation["responses"].items():
            for example in response["content"]["application/json"]["examples"].values():
                validate(schema, operation, status, example["value"], (method, path))


def validate(schema, operation, status, body, where):
    response_schema = operation["responses"][str(status)]["content"]["application/json"]["schema"]
    jsonschema.validate(
        body,
        response_schema | {"components": schema["components"]},
        format_checker=jsonschema.FormatChecker(),
    )


def test_answers_fit_the_schema(  # noqa: PLR0915  the whole API in one life
    schema, api, sms, db, travel
):
    """Each operation, succeeding and failing, answers with a documented status and shape."""

    def call(method, path, body=None, token=None, **ids):
        response = api.request(method, path.format(**ids), body, token=token)
        operation = schema["paths"][path][method.lower()]
        assert str(response.status_code) in operation["responses"], (method, path, response.content)
        validate(schema, operation, response.status_code, response.json(), (method, path))
        return response.json()

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
