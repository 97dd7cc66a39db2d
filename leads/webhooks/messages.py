"""The messages: for each type, when it is sent and what it says.

The same declarations send the messages, describe them in the schema of the API and make the table
of docs/integrations.md. A message names ids and as little else as will do: receivers that may know
more ask the API. What it says is read when it is sent, so that nothing of a deleted person is sent
again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

import orjson
from ninja import Schema
from pydantic import BaseModel, Field, create_model

from accounts.models import PersonEvent
from accounts.models.person_event import PersonEventKind
from accounts.phone import numbers
from accounts.phone.masking import masked
from accounts.sessions.schemas import TIME_EXAMPLE
from leads.models import Lead, LeadEvent, WebhookDelivery
from leads.models.webhook_types import TEST, LeadEventType
from leads.webhooks.message_data import (
    ConsentData,
    LeadData,
    ProfileUpdatedData,
    SessionData,
    TestData,
    UserData,
    UserDeletedData,
)

VERSION = 1
"""Of the bodies. Fields and types may be added within a version; another one means that something
went or means something else."""


def _of_lead(delivery: WebhookDelivery) -> dict[str, Any]:
    assert delivery.event is not None  # noqa: S101  the source of the type
    lead = delivery.event.lead
    return {
        "lead_id": lead.pk,
        "user_id": lead.user_id,
        "stage": lead.stage,
        "status": lead.status,
        "source": lead.source,
        "country": lead.country,
        "phone": masked(lead.phone_number) if lead.phone_number else None,
    }


def _of_person(delivery: WebhookDelivery) -> dict[str, Any]:
    """What the event has, and the person as they are. Of somebody who is deleted the ids are left,
    and what the event says without values."""
    event = _person_event(delivery)
    number = event.user.phone_number
    about = {
        "user_id": event.user_id,
        "lead_id": Lead.objects.filter(user_id=event.user_id).values_list("pk", flat=True).first(),
        "country": numbers.country(number) if number else None,
        "phone": masked(number) if number else None,
    }
    forgotten = {"contact_consent": None, "proof": None} if event.user.is_forgotten else {}
    said: dict[str, Any] = event.data
    return said | forgotten | about


def _of_ids(delivery: WebhookDelivery) -> dict[str, Any]:
    event = _person_event(delivery)
    said: dict[str, Any] = event.data
    return said | {"user_id": event.user_id}


def _of_test(delivery: WebhookDelivery) -> dict[str, Any]:
    return {"endpoint_id": delivery.endpoint_id}


def _person_event(delivery: WebhookDelivery) -> PersonEvent:
    assert delivery.person_event is not None  # noqa: S101  the source of the type
    return delivery.person_event


@dataclass(frozen=True)
class MessageType:
    """`when` it is sent, as a sentence goes on after "when". `data`: its body's `data`, as a
    schema; `read`: what is put into it."""

    name: str
    when: str
    data: type[Schema]
    read: Callable[[WebhookDelivery], dict[str, Any]]

    @cached_property
    def body(self) -> type[BaseModel]:
        """The schema of the whole body, called `UserVerifiedMessage` and the like."""
        words = str(self.name).replace(".", "_").split("_")
        fields: dict[str, Any] = {
            "type": (Literal[str(self.name)], Field(examples=[str(self.name)])),
            "timestamp": (
                datetime,
                Field(description="When it happened.", examples=[TIME_EXAMPLE]),
            ),
            "version": (Literal[VERSION], Field(description="Of the body.", examples=[VERSION])),
            "data": (self.data, ...),
        }
        name = "".join(word.capitalize() for word in [*words, "message"])
        model: type[BaseModel] = create_model(name, __base__=Schema, **fields)
        return model


MESSAGE_TYPES = [
    MessageType(
        LeadEventType.CREATED,
        "somebody asks for their first code, or a lead is imported",
        LeadData,
        _of_lead,
    ),
    MessageType(
        LeadEventType.STALLED,
        "a sign-up that is not complete has been silent for `LEAD_STALLED_MINUTES`; once for each"
        " halt; not of leads that are lost or asked not to be contacted",
        LeadData,
        _of_lead,
    ),
    MessageType(
        LeadEventType.VERIFIED, "a number is verified by code, or by staff", LeadData, _of_lead
    ),
    MessageType(
        PersonEventKind.VERIFIED,
        "somebody proves a number and has an account with it",
        UserData,
        _of_person,
    ),
    MessageType(
        PersonEventKind.PROFILE_COMPLETED,
        "a profile is complete: the person is a customer",
        UserData,
        _of_person,
    ),
    MessageType(
        PersonEventKind.PROFILE_UPDATED,
        "what a person says of themselves changes, by whomever; `fields` has the names",
        ProfileUpdatedData,
        _of_person,
    ),
    MessageType(
        PersonEventKind.PHONE_CHANGED, "an account moves to another number", UserData, _of_person
    ),
    MessageType(
        PersonEventKind.DEACTIVATED,
        "an account is switched off: nobody signs in to it",
        UserData,
        _of_person,
    ),
    MessageType(
        PersonEventKind.REACTIVATED, "an account is switched on again", UserData, _of_person
    ),
    MessageType(
        PersonEventKind.DELETED,
        "a person is deleted: delete what you have of them; nothing follows under this id",
        UserDeletedData,
        _of_ids,
    ),
    MessageType(
        PersonEventKind.CONSENT_CHANGED,
        "a person, a list or staff say that the person may be contacted, or may not",
        ConsentData,
        _of_person,
    ),
    MessageType(
        PersonEventKind.SESSION_REVOKED,
        "a device is signed out, by whomever: its access tokens are void at once; not when a"
        " session expires",
        SessionData,
        _of_ids,
    ),
    MessageType(
        TEST, "somebody asks for a test message; every endpoint can get it", TestData, _of_test
    ),
]

BY_NAME = {str(message.name): message for message in MESSAGE_TYPES}


def body_of(delivery: WebhookDelivery) -> bytes:
    """The body that is signed and sent."""
    message = BY_NAME[delivery.event_type]
    body = message.body(
        type=delivery.event_type,
        timestamp=_happened_at(delivery),
        version=VERSION,
        data=message.read(delivery),
    )
    return orjson.dumps(body.model_dump())


def _happened_at(delivery: WebhookDelivery) -> datetime:
    event: LeadEvent | PersonEvent | None = delivery.event or delivery.person_event
    return delivery.created_at if event is None else event.created_at
