"""How an operation is described: what it takes, what it answers, and what can go wrong with it."""

import typing
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

import orjson
from django.http import HttpResponse
from django.utils import translation
from pydantic import BaseModel

from loopin.errors import (
    AppTooOld,
    BadRequest,
    BodyTooLarge,
    DatabaseUnavailable,
    EncodingNotSupported,
    InvalidJSON,
    LoopinError,
    ServerError,
    UnsupportedMediaType,
    ValidationFailed,
    errors_of,
)
from loopin.web import openapi_headers
from loopin.web.http import failure
from loopin.web.openapi_headers import REQUEST_ID
from loopin.web.openapi_schemas import FIELD_ERRORS
from loopin.web.schemas import Failure, FieldError

BAD_BODY = (
    ValidationFailed,
    InvalidJSON,
    BodyTooLarge,
    UnsupportedMediaType,
    EncodingNotSupported,
)
BAD_FORM = (BadRequest, BodyTooLarge, UnsupportedMediaType, EncodingNotSupported)
FAILURE = "#/components/schemas/Failure"
"""Ninja makes a model of its own for each status of each operation that it is told of, which takes
a second for all of ours. So it is told of one failure, and the others refer to its schema."""

CODES = "x-error-codes"
"""Lists the codes that an answer may have, for programs; its description says them to people."""

SCOPE = "x-required-scope"
"""Names the scope that a key or token needs, for programs; the description says it to people."""

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

FOR_ANY_VERSION = "for_any_version"
"""The name of the routes of operations that refuse no app for its age (loopin/web/app_version)."""

OF_LIMITS = ("RateLimit", "RateLimit-Policy")
"""The headers of what counts against limits."""

OF_ERRORS = ("Retry-After", "WWW-Authenticate")
"""The headers that errors bring beside their envelope."""


def documented(  # noqa: PLR0913  the parts of a description
    summary: str,
    *calls: Any,
    answer: type[BaseModel],
    message: str | None = None,
    auth: Any = None,
    may_sign: Any = None,
    body: type[BaseModel] | None = None,
    form: Mapping[str, Any] | None = None,
    parameters: Sequence[Mapping[str, Any]] = (),
    also: Mapping[int, type[BaseModel] | None] = MappingProxyType({}),
    headers: Sequence[str] = (),
    success_status: int = 200,
    is_for_apps: bool = True,
) -> dict[str, Any]:
    """Keyword arguments that describe an operation: `@router.post("/x", **documented(…))`.

    `calls` are the flows that the operation calls, and errors that it raises by itself: NotFound
    where its path has an id, for what cannot be one. What can go wrong follows from what they
    declare (`loopin.errors.raises`), from `auth`, and from whether there is a `body` or a `form`
    (the schema of a multipart body). `may_sign`: what the operation works without, but reads if it
    is there. `parameters` are those of the query that the view reads by itself, `also` the answers
    of other statuses, `headers` the names of those of each success. `is_for_apps`: whether an app
    that is too old is refused.
    """
    calls = (*(type(way).__call__ for way in _ways_in(auth)), *calls)
    errors = errors_of(
        *calls,
        *(BAD_BODY if body else BAD_FORM if form else ()),
        *((DatabaseUnavailable,) if calls else ()),
        *((AppTooOld,) if is_for_apps else ()),
        BodyTooLarge,
        ServerError,
    )
    models: dict[int, type[BaseModel] | None] = {success_status: answer, **also}
    if any(error.code == "rate_limited" for error in errors):
        headers = (*headers, *OF_LIMITS)
    successes = {status: _success(model, message, headers) for status, model in models.items()}
    failures = _failures(errors)
    extra: dict[str, Any] = {"responses": failures | successes} | _scopes(auth)
    if parameters:
        extra["parameters"] = list(parameters)
    if may_sign:
        extra["security"] = [{type(may_sign).__name__: []}, {}]
    if body or form:
        extra["requestBody"] = _request(body, form)
    described: dict[str, Any] = {"summary": summary, "openapi_extra": extra}
    described["response"] = {ServerError.status: Failure, **models}
    if not is_for_apps:
        described["url_name"] = FOR_ANY_VERSION
    return described if auth is None else described | {"auth": auth}


def _ways_in(auth: Any) -> list[Any]:
    """What lets callers in: one way, several of which one has to hold, or none."""
    return auth if isinstance(auth, list) else [auth] if auth else []


def _scopes(auth: Any) -> dict[str, Any]:
    """What each method would need; `publish` knows which one it is.

    Raises ValueError if one way in needs another scope than the others.
    """
    needed: dict[str, str] = {}
    for way in (way for way in _ways_in(auth) if hasattr(way, "scope_for")):
        for method in METHODS:
            scope = way.scope_for(method)
            if scope is not None and needed.setdefault(method, scope) != scope:
                raise ValueError(f"{method} needs {scope} and {needed[method]}")
    return {SCOPE: needed} if needed else {}


def _request(body: type[BaseModel] | None, form: Mapping[str, Any] | None) -> dict[str, Any]:
    if body is not None:
        return _content({"request": example_of(body)})
    return {"required": True, "content": {"multipart/form-data": {"schema": form}}}


def _success(
    model: type[BaseModel] | None, message: str | None, headers: Sequence[str]
) -> dict[str, Any]:
    message_example = {} if message is None else {"message": message}
    content = _content({"answer": example_of(model) | message_example}) if model else {}
    return content | {"headers": _headers(headers)}


def _failures(errors: Sequence[type[LoopinError]]) -> dict[int, dict[str, Any]]:
    """The description of each status: the codes, words and headers of its errors, in English,
    whoever's request made it be written."""
    by_status: dict[int, dict[str, HttpResponse]] = {}
    with translation.override("en"):
        for error in errors:
            by_status.setdefault(error.status, {})[error.code] = failure(example_error(error))
    failures = {status: _failure(status, answers) for status, answers in sorted(by_status.items())}
    of_fields = {code for error in errors for code in getattr(error, "field_codes", ())}
    if of_fields:
        failures[ValidationFailed.status][FIELD_ERRORS] = sorted(of_fields)
    return failures


def _failure(status: int, answers: Mapping[str, HttpResponse]) -> dict[str, Any]:
    described = _content(
        {code: orjson.loads(response.content) for code, response in answers.items()}
    )
    described["content"]["application/json"]["schema"] = {"$ref": FAILURE}
    brought = [name for name in OF_ERRORS if all(name in response for response in answers.values())]
    codes = sorted(answers)
    brought += OF_LIMITS if "rate_limited" in codes else ()
    said = ", ".join(f"`{code}`" for code in codes)
    description = f"{HTTPStatus(status).phrase}: {said}."
    return described | {"description": description, "headers": _headers(brought), CODES: codes}


def example_error(error: type[LoopinError]) -> LoopinError:
    """An error of the class as documents show it."""
    is_of_fields = issubclass(error, ValidationFailed) and error.code == ValidationFailed.code
    return ValidationFailed([example_of(FieldError)]) if is_of_fields else error()


def _headers(names: Iterable[str]) -> dict[str, Any]:
    """References to headers; every answer has the id of its request."""
    return {name: openapi_headers.reference(name) for name in (REQUEST_ID, *names)}


def _content(examples: Mapping[str, Any]) -> dict[str, Any]:
    named = {name: {"value": value} for name, value in examples.items()}
    return {"content": {"application/json": {"examples": named}}}


def example_of(model: type[BaseModel]) -> dict[str, Any]:
    """An example put together from those of the fields."""
    return {
        name: field.examples[0] if field.examples else _example_of_type(field.annotation)
        for name, field in model.model_fields.items()
        if field.examples or field.is_required()
    }


def _example_of_type(annotation: Any) -> Any:
    if typing.get_origin(annotation) is list:
        return [_example_of_type(typing.get_args(annotation)[0])]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return example_of(annotation)
    return None
