"""What every API schema is made of: rules as types, and the envelope."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, Literal, TypeVar, cast

from django.core.exceptions import ValidationError
from ninja import Schema
from pydantic import AfterValidator, Field, create_model
from pydantic_core import PydanticCustomError

T = TypeVar("T")


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
    file: int | None = Field(None, description="Of pictures: which of those sent, from 0.")


class Failure(Schema):
    """The shape of every error. `code` never changes; `message` is for people."""

    success: Literal[False] = False
    message: str
    data: None = None
    token: None = None
    code: str
    errors: list[FieldError] | None = Field(None, description="With 422: one per broken rule.")
    retry_after: int | None = Field(None, description="With 429 and 503: seconds to wait.")
    is_earlier_code: bool | None = Field(
        None,
        description="With `otp_invalid`: true for the code of an earlier message, which costs no"
        " attempt.",
    )
    challenge: dict[str, Any] | None = Field(
        None, description="With `proof_of_work_required`: an ALTCHA challenge (version 2)."
    )


def optional_fields(name: str, schema: type[Schema]) -> Any:
    """The schema with every field optional, for PATCH: absent means unchanged."""
    fields: dict[str, Any] = {
        field: (info.rebuild_annotation(), Field(None, examples=info.examples))
        for field, info in schema.model_fields.items()
    }
    return create_model(name, __base__=Schema, **fields)
