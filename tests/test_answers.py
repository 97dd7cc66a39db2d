"""The check of the API's answers finds what it is there for."""

from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.urls import resolve

from accounts.codes.errors import WrongCode
from accounts.errors import InvalidToken, UserNotFound
from loopin.errors import NotFound, ServerError
from loopin.web.http import failure, json_response, success
from tests.answers import misfit

LOGOUT = ("POST", "/api/auth/logout")
PROFILE = ("GET", "/api/auth/profile")
REFRESH = ("POST", "/api/auth/refresh")
INTERESTS = ("GET", "/api/auth/event-interests")
DONE = {"success": True, "message": "Bye", "data": None, "token": None}
REFUSED = DONE | {"success": False, "code": "invalid_token"}


def found(operation, response):
    method, path = operation
    response.headers["X-Request-ID"] = "x"
    request = SimpleNamespace(method=method, path_info=path, resolver_match=resolve(path))
    return "; ".join(misfit(request, response))


def test_an_answer_as_described_fits():
    assert not found(LOGOUT, success("Bye"))
    assert not found(PROFILE, failure(InvalidToken()))
    assert not found(LOGOUT, failure(ServerError()))


@pytest.mark.parametrize(
    ("operation", "response", "wrong"),
    [
        (LOGOUT, success("Bye", [1]), "$.data"),
        (LOGOUT, json_response({**DONE, "success": False}), "success is False"),
        (LOGOUT, json_response({"success": True}), "'message' is a required property"),
        (LOGOUT, success("Bye", status=201), "this status is not described"),
        (LOGOUT, failure(NotFound()), "this status is not described"),
        (LOGOUT, HttpResponse("Bye", content_type="text/plain"), "the type is text/plain"),
        (PROFILE, failure(UserNotFound()), "this status is not described"),
        (PROFILE, json_response({"id": 1}), "'name' is a required property"),
        (REFRESH, failure(WrongCode()), "'otp_invalid' is not one of"),
        (PROFILE, json_response(REFUSED | {"data": "x"}, status=401), "a failure has data"),
        (INTERESTS, success("Found", []), "there is no ETag"),
    ],
)
def test_an_answer_that_is_not_described_is_found(operation, response, wrong):
    assert wrong in found(operation, response)


def test_an_answer_with_a_key_that_is_not_described_is_found():
    answer = {"success": True, "message": "", "data": None, "token": None, "more": 1}
    assert "'more' was unexpected" in found(LOGOUT, json_response(answer))


def test_a_failure_without_its_header_is_found():
    response = failure(InvalidToken())
    del response.headers["WWW-Authenticate"]
    assert found(PROFILE, response) == "there is no WWW-Authenticate"
