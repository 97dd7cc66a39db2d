"""What the API of profiles takes and gives."""

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field, StrictInt, WithJsonSchema

from accounts import rules
from accounts.codes.schemas import PHONE_EXAMPLE, PhoneNumber
from accounts.pictures.schemas import NOT_SENT, Pictures
from interests.api import InterestOut
from loopin.web.schemas import follows, optional_fields

PICTURE_EXAMPLE = "https://cdn.example.com/asha.jpg"


BirthDate = Annotated[
    Any, follows(rules.birth_date), WithJsonSchema({"type": "string", "format": "date"})
]


class ProfileIn(Schema):
    name: Annotated[str, follows(rules.name)] = Field(examples=["Asha Rao"])
    birth_date: BirthDate = Field(examples=["1998-04-23"])
    gender: Annotated[str, follows(rules.gender)] = Field(examples=["female"])
    event_interests: Annotated[list[StrictInt], follows(rules.event_interests)] = Field(
        description="1–5 ids from /api/auth/event-interests.", examples=[[1, 3]]
    )
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
    email: Annotated[str, follows(rules.email)] | None = Field(None, examples=["asha@example.com"])
    bio: Annotated[str, follows(rules.bio)] | None = Field(None, examples=["Runs and sings."])
    location: Annotated[str, follows(rules.location)] | None = Field(None, examples=["Pune"])
    avatar: Annotated[str, follows(rules.avatar)] | None = Field(None, examples=[PICTURE_EXAMPLE])


ProfileChanges = optional_fields("ProfileChanges", ProfileIn)


class ProfileOut(Schema):
    id: int = Field(examples=[4])
    name: str = Field(examples=["Asha Rao"])
    email: str | None = Field(examples=["asha@example.com"])
    phone_number: str = Field(examples=[PHONE_EXAMPLE])
    bio: str | None = Field(examples=["Runs and sings."])
    location: str | None = Field(examples=["Pune"])
    birth_date: date = Field(examples=["1998-04-23"])
    avatar: str = Field(examples=[PICTURE_EXAMPLE])
    gender: str = Field(examples=["female"])
    event_interests: list[InterestOut]
    profile_pictures: list[str] = Field(examples=[[PICTURE_EXAMPLE]])
    is_verified: bool = Field(examples=[True])
    is_active: bool = Field(examples=[True])
    created_at: datetime = Field(examples=["2026-03-01T09:30:00+00:00"])
    updated_at: datetime = Field(examples=["2026-03-01T09:30:00+00:00"])


class CompletedProfileOut(ProfileOut):
    user_id: int = Field(examples=[4])
    profile_id: int = Field(examples=[4])
