"""What services send and are answered about their endpoints."""

from datetime import datetime, timedelta
from typing import Annotated

from ninja import Schema
from pydantic import Field

from accounts.sessions.schemas import TIME_EXAMPLE
from leads.models.webhook_delivery import RETENTION
from leads.models.webhook_endpoint import (
    DESCRIPTION_MAX_LENGTH,
    ROTATION,
    URL_MAX_LENGTH,
    State,
)
from leads.webhooks import rules
from leads.webhooks.flows import DELIVERIES_AT_ONCE
from loopin.web.schemas import follows, optional_fields

Url = Annotated[str, follows(rules.url)]
Description = Annotated[str, follows(rules.description)]
EventTypes = Annotated[list[str], follows(rules.event_types)]

TYPES_EXAMPLE = ["user.profile_completed", "user.deleted"]
URL_EXAMPLE = "https://events.example.com/loopin"


class EndpointIn(Schema):
    url: Url = Field(
        description="Where messages go: `https://`, of a system on the internet. At most"
        f" {URL_MAX_LENGTH} characters.",
        examples=[URL_EXAMPLE],
    )
    event_types: EventTypes = Field(description="What it is told.", examples=[TYPES_EXAMPLE])
    description: Description = Field(
        "",
        description=f"For people. At most {DESCRIPTION_MAX_LENGTH} characters.",
        examples=["Participants"],
    )
    is_active: bool = Field(
        True,
        description="Off, it is told nothing, and on again what happened meanwhile.",
        examples=[True],
    )


EndpointChangeIn = optional_fields("EndpointChangeIn", EndpointIn)


class EndpointOut(Schema):
    id: int = Field(examples=[3])
    url: str = Field(examples=[URL_EXAMPLE])
    event_types: list[str] = Field(examples=[TYPES_EXAMPLE])
    description: str = Field(examples=["Participants"])
    is_active: bool = Field(examples=[True])
    disabled_reason: str = Field(
        description="Why it was switched off, if the site did it: after an answer of 410.",
        examples=[""],
    )
    created_at: datetime = Field(examples=[TIME_EXAMPLE])
    rotated_at: datetime | None = Field(
        description="When it got another secret; for"
        f" {ROTATION // timedelta(hours=1)} hours from then messages are signed with both.",
        examples=[None],
    )


class EndpointWithSecretOut(EndpointOut):
    secret: str = Field(
        description="What signatures are verified with. It is shown this once.",
        examples=["whsec_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE="],
    )


class DeliveryOut(Schema):
    id: int = Field(examples=[345])
    message_id: str = Field(description="The header `webhook-id`.", examples=["msg_345"])
    type: str = Field(examples=["user.deleted"])
    state: State = Field(examples=["delivered"])
    attempts: int = Field(examples=[1])
    last_status: int | None = Field(description="Of HTTP; null without an answer.", examples=[204])
    last_error: str = Field(
        description="In one word, such as `timeout`; empty for none.", examples=[""]
    )
    created_at: datetime = Field(examples=[TIME_EXAMPLE])
    delivered_at: datetime | None = Field(examples=[TIME_EXAMPLE])
    next_attempt_at: datetime | None = Field(description="Null if there is none.", examples=[None])


class DeliveryPageOut(Schema):
    deliveries: list[DeliveryOut] = Field(
        description=f"At most {DELIVERIES_AT_ONCE}, the latest first, of the last {RETENTION.days}"
        " days."
    )
    next: int | None = Field(
        description="Send it as `before` to read on; null at the end.", examples=[None]
    )
