"""What every API schema is made of: rules as types, and the envelope."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import NoneType
from typing import Annotated, Any, Generic, Literal, TypeVar, cast, get_args, get_origin

from django.core.exceptions import ValidationError
from ninja import Schema
from pydantic import (
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    WithJsonSchema,
    create_model,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from loopin.rules import codes_of, limits_of, named
from loopin.web.field_codes import FIELD_CODES
from loopin.web.openapi_schemas import FIELD_ERRORS

T = TypeVar("T")

# A model of answers, of which Ninja makes one for each status, serves the API's description alone.
# It is compiled when that is asked for: 3 MiB and a quarter of a process's start. Bodies are parts
# of models of another class, which are compiled at the start.
Schema.model_config["defer_build"] = True


@dataclass(frozen=True)
class DescribedBy:
    """`Annotated[str, DescribedBy(rules.password)]`: a rule that something else applies says in the
    JSON Schema what it takes, and with which codes it refuses."""

    rule: Callable[..., Any]

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        plain = handler(schema)
        limits = limits_of(self.rule)
        if "items" in limits:
            limits["items"] = {**plain["items"], **limits["items"]}
        return {**plain, **limits, FIELD_ERRORS: list(codes_of(self.rule))}


@dataclass(frozen=True)
class follows(DescribedBy):  # noqa: N801  read as a verb
    """`Annotated[str, follows(rules.name)]`: a field rule as a pydantic validator."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def _check(self, value: Any) -> Any:
        with raise_broken():
            return self.rule(value)


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

    success: Literal[True] = Field(examples=[True])
    message: str
    data: T
    token: str | None = Field(examples=[None])

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        """`SessionListAnswer` of `Envelope[list[SessionOut]]`; this is the name in the schema."""
        [answer] = params
        is_list = get_origin(answer) is list
        [inner] = get_args(answer) if is_list else [answer]
        name = "" if inner in (None, NoneType) else inner.__name__.removesuffix("Out")
        return f"{name}{'List' if is_list else ''}Answer"


class SignedInEnvelope(Envelope[T], Generic[T]):
    token: str = Field(description="Access token (JWT)", examples=["eyJhbGciOiJIUzI1NiJ9.eyJz…"])


class LeftOut:
    """`Annotated[int | None, LeftOut()]`: an answer has no such key where there is no value."""

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        schema = handler(core_schema)
        [value] = [way for way in schema["anyOf"] if way.get("type") != "null"]
        return dict(value)


ErrorCode = Annotated[str, WithJsonSchema(named("ErrorCode", {"type": "string"}))]
"""Which there are is known when every operation is (`openapi_document`)."""

FIELD_ERROR_CODE = named("FieldErrorCode", {"type": "string", "enum": sorted(FIELD_CODES)})
FieldErrorCode = Annotated[str, WithJsonSchema(FIELD_ERROR_CODE)]


class FieldError(Schema):
    field: str = Field(examples=["birth_date"])
    code: FieldErrorCode = Field(examples=["under_age"])
    message: str = Field(examples=["You must be at least 18 years old."])
    file: Annotated[int | None, LeftOut()] = Field(
        None, description="Of pictures: which of those sent, from 0."
    )


class Failure(Schema):
    """The shape of every error. `code` never changes; `message` is for people."""

    success: Literal[False]
    message: str
    data: None
    token: None
    code: ErrorCode
    errors: Annotated[list[FieldError] | None, LeftOut()] = Field(
        None, description="With 422: one per broken rule."
    )
    retry_after: Annotated[int | None, LeftOut()] = Field(
        None, description="With 429 and 503: seconds to wait."
    )
    is_earlier_code: Annotated[bool | None, LeftOut()] = Field(
        None,
        description="With `otp_invalid`: true for the code of an earlier message, which costs no"
        " attempt.",
    )
    challenge: Annotated[dict[str, Any] | None, LeftOut()] = Field(
        None, description="With `proof_of_work_required`: an ALTCHA challenge (version 2)."
    )
    checks: Annotated[dict[str, str] | None, LeftOut()] = Field(
        None, description="With `not_ready`: what each check found."
    )


def optional_fields(name: str, schema: type[Schema]) -> Any:
    """The schema with every field optional, for PATCH: absent means unchanged."""
    fields: dict[str, Any] = {
        field: (
            info.rebuild_annotation(),
            Field(None, description=info.description, examples=info.examples),
        )
        for field, info in schema.model_fields.items()
    }
    return create_model(name, __base__=Schema, **fields)
