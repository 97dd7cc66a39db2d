"""The bodies and answers of the profile API: the declared fields, and the others beside them."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field, create_model

from accounts import rules
from accounts.codes.schemas import PHONE_EXAMPLE, PhoneNumber
from accounts.pictures.schemas import NOT_SENT, Pictures
from accounts.profile.fields import FIELDS, ProfileField
from accounts.sessions.schemas import TIME_EXAMPLE
from interests.api import InterestOut
from loopin.web.schemas import follows, optional_fields

PICTURE_EXAMPLE = "https://cdn.example.com/asha.jpg"

Avatar = Annotated[str, follows(rules.avatar)]


def body_field(field: ProfileField) -> tuple[Any, Any]:
    """The field in a body: its type, checked by its rule."""
    annotation: Any = Annotated[field.json_type, follows(field.rule)]
    described: Any = Field(
        ... if field.is_required else None,
        description=field.description,
        examples=[field.example],
    )
    return (annotation if field.is_required else annotation | None), described


def _answer_field(field: ProfileField) -> tuple[Any, Any]:
    return field.answer_type, Field(examples=[field.example])


_FIELDS_IN: dict[str, Any] = {field.name: body_field(field) for field in FIELDS}
_FIELDS_OUT: dict[str, Any] = {
    field.name: _answer_field(field) for field in FIELDS if field.answer_type is not None
}
DeclaredFieldsIn: Any = create_model("DeclaredFieldsIn", __base__=Schema, **_FIELDS_IN)
DeclaredFieldsOut: Any = create_model("DeclaredFieldsOut", __base__=Schema, **_FIELDS_OUT)


class ProfileIn(DeclaredFieldsIn):
    profile_pictures: Pictures = Field(
        default_factory=lambda: NOT_SENT,
        validate_default=True,
        description="1–6 http(s) URLs, those of uploaded pictures among them. May be left out when"
        " pictures were uploaded before.",
        examples=[[PICTURE_EXAMPLE]],
    )
    phone_number: PhoneNumber | None = Field(
        None, description="Only your own.", examples=[PHONE_EXAMPLE]
    )
    avatar: Avatar | None = Field(None, examples=[PICTURE_EXAMPLE])


ProfileChanges = optional_fields("ProfileChanges", ProfileIn)


class ProfileOut(DeclaredFieldsOut):
    id: int = Field(examples=[4])
    phone_number: str | None = Field(
        description="null until a number is verified.", examples=[PHONE_EXAMPLE]
    )
    avatar: str | None = Field(
        description="null for a profile without pictures.", examples=[PICTURE_EXAMPLE]
    )
    event_interests: list[InterestOut]
    profile_pictures: list[str] = Field(examples=[[PICTURE_EXAMPLE]])
    is_verified: bool = Field(examples=[True])
    is_active: bool = Field(examples=[True])
    needs_profile_completion: bool = Field(
        description="Whether parts of it are still missing: they are null or empty, and"
        " /complete-profile asks for them.",
        examples=[False],
    )
    created_at: datetime = Field(examples=[TIME_EXAMPLE])
    updated_at: datetime = Field(examples=[TIME_EXAMPLE])


class CompletedProfileOut(ProfileOut):
    user_id: int = Field(examples=[4])
    profile_id: int = Field(examples=[4])
