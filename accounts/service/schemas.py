"""What services send and are answered."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field, StrictInt

from accounts import limits
from accounts.codes.schemas import PHONE_EXAMPLE, PhoneNumber
from accounts.models.service_account import ServiceScope
from accounts.profile.schemas import PICTURE_EXAMPLE
from accounts.service.changes import LIFETIME, PAGE_SIZE
from accounts.sessions.schemas import TIME_EXAMPLE
from loopin.text.ids import MOST_DIGITS

MOST_IDS = 100


UserId = Annotated[StrictInt, Field(ge=1, lt=10**MOST_DIGITS)]


class ServiceAccountOut(Schema):
    name: str = Field(examples=["events"])
    scopes: list[ServiceScope] = Field(examples=[["users:read"]])
    call_limit: int = Field(description="Calls in ten minutes.", examples=[600])
    key_id: int = Field(description="As the admin shows it.", examples=[3])
    key_expires_at: datetime = Field(examples=[TIME_EXAMPLE])


class ServiceUserOut(Schema):
    """What events, payments, attendance and notifications need, and no more: neither birth date
    nor gender, nor what people write about themselves."""

    id: int = Field(description="`user_id` of all other answers and messages.", examples=[4])
    phone_number: str = Field(description="E.164, proven.", examples=[PHONE_EXAMPLE])
    is_verified: bool = Field(examples=[True])
    is_active: bool = Field(
        description="False: the account is deactivated, and nobody signs in to it.", examples=[True]
    )
    name: str | None = Field(examples=["Asha Rao"])
    email: str | None = Field(examples=["asha@example.com"])
    is_email_verified: bool = Field(examples=[False])
    needs_profile_completion: bool = Field(
        description="The person has proven the number, and not told the rest yet.", examples=[False]
    )
    location: str | None = Field(examples=["Pune"])
    avatar: str | None = Field(
        description="The picture in front, as a URL.", examples=[PICTURE_EXAMPLE]
    )
    event_interests: list[int] = Field(
        description="Ids of `/api/auth/event-interests`.", examples=[[1, 3]]
    )
    contact_consent: bool | None = Field(
        description="Whether the person agreed to be contacted; null if they said nothing.",
        examples=[True],
    )
    contact_consent_at: datetime | None = Field(description="Since when.", examples=[TIME_EXAMPLE])
    may_be_contacted: bool = Field(
        description="Whether you may call or write: what the person said, by the rules of this"
        " site.",
        examples=[True],
    )
    created_at: datetime = Field(examples=[TIME_EXAMPLE])
    updated_at: datetime = Field(examples=[TIME_EXAMPLE])


class ServiceDeletedOut(Schema):
    id: int = Field(examples=[5])
    deleted_at: datetime = Field(examples=[TIME_EXAMPLE])


class ServiceUsersOut(Schema):
    users: list[ServiceUserOut]
    deleted: list[ServiceDeletedOut] = Field(
        description="People who were deleted: delete what you have of them."
    )


class ServiceBatchOut(ServiceUsersOut):
    missing: list[int] = Field(description="Ids that nobody has.", examples=[[999]])


class ServiceChangesOut(ServiceUsersOut):
    users: list[ServiceUserOut] = Field(
        description=f"At most {PAGE_SIZE}, together with those who were deleted."
    )
    next: str = Field(
        description=f"Send it as `after` the next time. It holds for {LIFETIME.days} days.",
        examples=["8812-345-1772357400"],
    )
    has_more: bool = Field(
        description="Whether more is there already: ask again at once.", examples=[False]
    )


LOOKUPS = f"{limits.SERVICE_LOOKUPS.cap:,}".replace(",", " ")


class ServiceLookupIn(Schema):
    phone_number: PhoneNumber = Field(
        description="With the country code. In the body, so that it stands in no address."
        f" {LOOKUPS} numbers a day.",
        examples=[PHONE_EXAMPLE],
    )


class ServiceBatchIn(Schema):
    ids: list[UserId] = Field(
        description=f"1 to {MOST_IDS} ids.",
        examples=[[4, 5, 999]],
        min_length=1,
        max_length=MOST_IDS,
    )


ACCESS_TOKEN_MAX_LENGTH = 4096
"""Longer than a token signed with any algorithm, and as much as most servers take in a header."""


class IntrospectIn(Schema):
    token: str = Field(
        description="An access token that somebody showed you.",
        examples=["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0In0.c2lnbmF0dXJl"],
        json_schema_extra={"maxLength": ACCESS_TOKEN_MAX_LENGTH},
    )


class IntrospectOut(Schema):
    """All but `active` is null for a token that does not count."""

    active: bool = Field(
        description="Whether it counts now: ours, not expired, of a session that was not ended and"
        " an account that is not deactivated.",
        examples=[True],
    )
    sub: str | None = Field(description="The user's id.", examples=["4"])
    user_id: int | None = Field(description="The same as a number.", examples=[4])
    sid: UUID | None = Field(
        description="The session, as in `session.revoked`.",
        examples=["3f0c2a52-6a0e-4f7d-9a53-0a8d2f8f4b11"],
    )
    token_type: str | None = Field(examples=["Bearer"])
    iss: str | None = Field(examples=["loopin"])
    aud: str | None = Field(examples=["loopin-api"])
    exp: int | None = Field(
        description="When it expires, in seconds since 1970.", examples=[1772359200]
    )
