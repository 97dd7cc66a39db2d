"""What the staff API takes and gives."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field, WithJsonSchema

from accounts.phone.masking import MASKED_EXAMPLE
from accounts.sessions.schemas import TIME_EXAMPLE
from leads import rules
from leads.models.lead_choices import Source, Stage, Status
from leads.models.lead_consent import Proof
from leads.models.lead_event import CallOutcome, EventKind
from leads.models.lead_note import MAX_NOTE_LENGTH
from loopin.rules import choices, named
from loopin.web.schemas import follows

PAGE_SIZE = 50
"""Leads, or events of one, at most in one answer."""

NOTE_LENGTH = f"At most {MAX_NOTE_LENGTH} characters."
FUTURE_EXAMPLE = "2026-12-01T10:30:00+05:30"

ConsentProof = Annotated[
    str, WithJsonSchema(named("LastConsentProof", {"type": "string", "enum": [*Proof.values, ""]}))
]

LATER_KINDS = {EventKind.CODE_UNCONFIRMED.value}
"""The kinds of events that version 1.0 did not know. Its clients may take only those that its
description names, so timelines of the API do not show these."""

ShownKind = Annotated[
    str,
    WithJsonSchema(
        choices(EventKind)
        | {"enum": [kind for kind in EventKind.values if kind not in LATER_KINDS]}
    ),
]
Note = Annotated[str, follows(rules.note)]
FollowUpAt = Annotated[datetime, follows(rules.follow_up_at)]


class PersonOut(Schema):
    id: int = Field(examples=[7])
    name: str = Field(examples=["Sam"])


class LeadOut(Schema):
    id: int = Field(examples=[12])
    phone_number: str = Field(
        description="Masked, unless the caller holds the lead and has revealed it.",
        examples=[MASKED_EXAMPLE],
    )
    is_number_shown: bool = Field(examples=[False])
    name: str = Field(examples=["Asha Rao"])
    email: str = Field(examples=["asha@example.com"])
    country: str = Field(description="ISO 3166-1, from the number.", examples=["IN"])
    source: Source = Field(description="Where the person came from.", examples=["web"])
    stage: Stage = Field(examples=["delivered"])
    drop_off: str = Field(
        description="What stopped somebody who has not verified, in words.",
        examples=["No code typed"],
    )
    status: Status = Field(examples=["new"])
    owner: PersonOut | None = Field(
        description="Who holds the lead; others cannot claim it until `lease_ends_at`.",
        examples=[{"id": 7, "name": "Sam"}],
    )
    lease_ends_at: datetime | None = Field(examples=[TIME_EXAMPLE])
    may_be_contacted: bool = Field(
        description="Whether the person agreed to it, and has not asked to be left alone.",
        examples=[True],
    )
    is_name_claimed: bool = Field(
        description="Whether name and e-mail address come from somebody who has not proven the"
        " number.",
        examples=[False],
    )
    consent_at: datetime | None = Field(
        description="When the person agreed to be contacted.", examples=[TIME_EXAMPLE]
    )
    refused_at: datetime | None = Field(
        description="When the person asked not to be contacted.", examples=[None]
    )
    consent_proof: ConsentProof = Field(
        description="How the last yes or no is known: `proven` by the owner of the number,"
        " `claimed` by somebody who has not proven the number, an `import`, or told to `staff`;"
        " empty if there is none.",
        examples=["claimed"],
    )
    follow_up_at: datetime | None = Field(examples=[None])
    first_contacted_at: datetime | None = Field(examples=[None])
    contact_due_at: datetime = Field(
        description="When somebody should have called for the first time.", examples=[TIME_EXAMPLE]
    )
    verified_at: datetime | None = Field(examples=[None])
    converted_at: datetime | None = Field(examples=[None])
    created_at: datetime = Field(examples=[TIME_EXAMPLE])
    last_activity_at: datetime = Field(examples=[TIME_EXAMPLE])
    user_id: int | None = Field(description="The account, once verified.", examples=[None])


class HolderOut(PersonOut):
    lead_id: int = Field(examples=[12])


class LeadPageOut(Schema):
    leads: list[LeadOut] = Field(description=f"At most {PAGE_SIZE}.")
    held_by: HolderOut | None = Field(
        description="The colleague who holds the lead whose whole number was searched for, if the"
        " caller does not see it.",
        examples=[None],
    )
    next: str | None = Field(
        description="Send it as `after` for the next page; null on the last.",
        examples=["2026-03-01T09:30:00+00:00_12"],
    )


class EventOut(Schema):
    id: int = Field(examples=[345])
    kind: ShownKind = Field(examples=["called"])
    label: str = Field(description="The same in words.", examples=["Called"])
    at: datetime = Field(examples=[TIME_EXAMPLE])
    actor: PersonOut | None = Field(
        description="The member of staff who did it; null when the person did.",
        examples=[{"id": 7, "name": "Sam"}],
    )
    data: dict[str, Any] = Field(examples=[{"outcome": "no_answer"}])
    note: str = Field(examples=["Rang twice."])


class LeadDetailOut(LeadOut):
    timeline: list[EventOut] = Field(description=f"The latest first, at most {PAGE_SIZE}.")
    next: int | None = Field(
        description="Send it as `before` for older events; null at the end.", examples=[None]
    )


class NoteIn(Schema):
    text: Annotated[str, follows(rules.required_note)] = Field(
        description=f"1 to {MAX_NOTE_LENGTH} characters.",
        examples=["Prefers to be called after six."],
    )


class CallIn(Schema):
    outcome: CallOutcome = Field(examples=["no_answer"])
    note: Note = Field("", description=NOTE_LENGTH, examples=["Rang twice."])
    call_back_at: FollowUpAt | None = Field(
        None, description="Makes it a follow-up; within a year.", examples=[FUTURE_EXAMPLE]
    )


class StatusIn(Schema):
    status: Status = Field(examples=["lost"])
    note: Note = Field("", description=NOTE_LENGTH, examples=["Moved abroad."])


class FollowUpIn(Schema):
    at: FollowUpAt | None = Field(
        description="When to try again, within a year; null: not any more.",
        examples=[FUTURE_EXAMPLE],
    )
