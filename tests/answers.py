"""What the API answers in the tests, held against its own description.

The middleware stands before all others, so no test has to ask for it. A test during which an answer
did not fit fails at its end (`tests/conftest.py`).
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import orjson
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from jsonschema import Draft202012Validator, FormatChecker

from loopin.web.http import is_api
from loopin.web.openapi import CODES

NOT_DESCRIBED = {
    *("/api/openapi.json", "/api/sms-status/"),
    "/api/auth/version-1/complete-profile",  # tests/accounts/profile/test_version_1.py
}
OUTSIDE = {
    401: "not_authenticated",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "encoding_not_supported",
}
"""What is answered to what is no operation: an address that was opened to nobody, none at all, a
method it does not know, more than is ever read, and what is never unpacked."""

misfits: list[str] = []
"""What did not fit since the last test."""


class AnswersMiddleware:
    """Looks at each answer after all else has; an answer of version 1 is one of `/api/auth/*`."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        is_preflight = request.method == "OPTIONS" and response.status_code == 200
        if is_api(request) and not is_preflight and request.path_info not in NOT_DESCRIBED:
            where = f"{request.method} {request.path_info} {response.status_code}"
            misfits.extend(f"{where}: {wrong}" for wrong in misfit(request, response))
        return response


def misfit(request: HttpRequest, response: HttpResponseBase) -> Iterator[str]:
    """What of an answer is not as it is described."""
    operation = operation_of(request)
    described = operation.get("responses", {}).get(str(response.status_code))
    if described is None and (not operation or response.status_code == 415):
        yield from _misfit_outside(response)
        return
    if described is None:
        yield f"this status is not described: {response.content!r}"
        return
    for name, header in described.get("headers", {}).items():
        if component(header)["required"] and name not in response.headers:
            yield f"there is no {name}"
    if "content" not in described:
        yield from ["there is a body"] if response.content else []
        return
    wrong = list(_broken(response, validator_of(described["content"]["application/json"])))
    yield from wrong or _contradicted(response, described)


def _contradicted(response: HttpResponseBase, described: dict[str, Any]) -> Iterator[str]:
    """What the schema leaves open, because generators of clients cannot read it."""
    answer = orjson.loads(response.content)
    codes = described.get(CODES, [])
    if answer.get("code") not in (codes or [None]):
        yield f"{answer['code']!r} is not one of {codes}"
    if answer.get("success", not codes) is not (not codes):
        yield f"success is {answer['success']}"
    if codes and (answer["data"], answer["token"]) != (None, None):
        yield "a failure has data"


def _misfit_outside(response: HttpResponseBase) -> list[str]:
    wrong = list(_broken(response, failure_validator()))
    if wrong or OUTSIDE.get(response.status_code) == orjson.loads(response.content)["code"]:
        return wrong
    return [f"there is no operation that could answer so: {response.content!r}"]


def _broken(response: HttpResponseBase, validator: Draft202012Validator) -> Iterator[str]:
    if response.headers["Content-Type"] != "application/json":
        yield f"the type is {response.headers['Content-Type']}"
        return
    for error in validator.iter_errors(orjson.loads(response.content)):
        yield f"{error.json_path}: {error.message}"


def operation_of(request: HttpRequest) -> dict[str, Any]:
    """The operation's description; empty if the request is for none."""
    match = request.resolver_match
    path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", match.route).rstrip("/") if match else ""
    operation: dict[str, Any] = document()["paths"].get(f"/{path}", {}).get(request.method.lower())
    return operation or {}


@cache
def document() -> dict[str, Any]:
    """The API's description, with no key allowed that it does not name."""
    from loopin.api import api

    described: dict[str, Any] = api.get_openapi_schema()
    for schema in described["components"]["schemas"].values():
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
    return described


def component(described: dict[str, Any]) -> dict[str, Any]:
    """What a reference stands for."""
    _, _, place = described["$ref"].partition("#/components/")
    kind, _, name = place.partition("/")
    found: dict[str, Any] = document()["components"][kind][name]
    return found


def validator_of(content: dict[str, Any]) -> Draft202012Validator:
    """One for each answer, made when it is first given."""
    return _validator(orjson.dumps(content["schema"]))


def failure_validator() -> Draft202012Validator:
    return _validator(orjson.dumps({"$ref": "#/components/schemas/Failure"}))


@cache
def _validator(schema: bytes) -> Draft202012Validator:
    whole = orjson.loads(schema) | {"components": document()["components"]}
    return Draft202012Validator(whole, format_checker=FormatChecker())
