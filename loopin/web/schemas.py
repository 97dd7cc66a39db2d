"""What every API schema is made of: rules as types, the envelope, documented operations."""

import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, Generic, Literal, TypeVar, cast

import orjson
from django.core.exceptions import ValidationError
from django.utils import translation
from ninja import Schema
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model
from pydantic_core import PydanticCustomError

from loopin.errors import (
    BodyTooLarge,
    DatabaseUnavailable,
    InvalidJSON,
    LengthRequired,
    LoopinError,
    UnsupportedMediaType,
    ValidationFailed,
)
from loopin.web.http import failure

T = TypeVar("T")

BAD_BODY = (
    InvalidJSON,
    LengthRequired,
    BodyTooLarge,
    UnsupportedMediaType,
    ValidationFailed,
    DatabaseUnavailable,
)


def follows(rule: Callable[[Any], Any]) -> AfterValidator:
    """`Annotated[str, follows(rules.name)]`: a field rule as a pydantic validator."""

    def check(value: Any) -> Any:
        with raise_broken():
            return rule(value)

    return AfterValidator(check)


@contextmanager
def raise_broken() -> Iterator[None]:
    """Turns a rule's ValidationError into pydantic's; `broken` lists all that it found."""
    try:
        yield
    except ValidationError as error:
        broken = [(one.code or "invalid", one.messages[0]) for one in error.error_list]
        code, message = broken[0]
        context = {"message": message, "broken": broken}
        raise PydanticCustomError(cast(Any, code), "{message}", context) from None


class Envelope(Schema, Generic[T]):
    """The shape of every answer."""

    success: Literal[True] = Field(True, examples=[True])
    message: str
    data: T
    token: str | None = Field(None, examples=[None])


class SignedInEnvelope(Envelope[T], Generic[T]):
    token: str = Field(description="Access token (JWT)", examples=["eyJhbGciOiJIUzI1NiJ9.eyJz…"])


class FieldError(Schema):
    field: str = Field(examples=["birth_date"])
    code: str = Field(examples=["under_age"])
    message: str = Field(examples=["You must be at least 18 years old."])


class Failure(Schema):
    """The shape of every error. `code` never changes; `message` is for people."""

    model_config = ConfigDict(extra="allow")

    success: Literal[False] = False
    message: str
    data: None = None
    token: None = None
    code: str
    errors: list[FieldError] | None = Field(None, description="With 422: one per broken rule.")
    retry_after: int | None = Field(None, description="With 429 and 503: seconds to wait.")


def documented(  # noqa: PLR0913  the parts of a description
    summary: str,
    *errors: type[LoopinError],
    answer: type[BaseModel],
    message: str | None = None,
    body: type[BaseModel] | None = None,
    also: Mapping[int, type[BaseModel]] = MappingProxyType({}),
    parameters: Sequence[dict[str, Any]] = (),
    success_status: int = 200,
    form: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Keyword arguments that describe an operation: `@router.post("/x", **documented(…))`.

    `errors` are the classes it can raise: their own words become the examples. `also` are answers
    of other statuses, `parameters` those of the query that the view reads by itself, `form` the
    schema of a multipart body.
    """
    told = {} if message is None else {"message": message}
    models = {success_status: answer, **also}
    by_status = {status: {"answer": example_of(model)} for status, model in models.items()}
    by_status[success_status]["answer"] |= told
    for error in errors:
        by_status.setdefault(error.status, {})[error.code] = _example_of_error(error)
    extra: dict[str, Any] = {
        "responses": {status: _content(examples) for status, examples in by_status.items()}
    }
    if parameters:
        extra["parameters"] = list(parameters)
    if body is not None:
        extra["requestBody"] = _content({"request": example_of(body)})
    if form is not None:
        extra["requestBody"] = {
            "required": True,
            "content": {"multipart/form-data": {"schema": form}},
        }
    failures = dict.fromkeys((error.status for error in errors), Failure)
    return {"summary": summary, "response": models | failures, "openapi_extra": extra}


def optional_fields(name: str, schema: type[Schema]) -> Any:
    """The schema with every field optional, for PATCH: absent means unchanged."""
    fields: dict[str, Any] = {
        field: (info.rebuild_annotation(), Field(None, examples=info.examples))
        for field, info in schema.model_fields.items()
    }
    return create_model(name, __base__=Schema, **fields)


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


def _example_of_error(error: type[LoopinError]) -> Any:
    """In English, whoever's request made the description be written."""
    with translation.override("en"):
        raised = error([example_of(FieldError)]) if error is ValidationFailed else error()
        return orjson.loads(failure(raised).content)


def _content(examples: dict[str, Any]) -> dict[str, Any]:
    named = {name: {"value": value} for name, value in examples.items()}
    return {"content": {"application/json": {"examples": named}}}
