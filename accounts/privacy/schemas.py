"""The bodies and answers of the API for export and deletion."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from accounts.codes.schemas import PHONE_EXAMPLE, CodeSentOut, LongCode, LongCodeFacts
from accounts.profile.schemas import PICTURE_EXAMPLE, ProfileOut
from accounts.sessions.schemas import TIME_EXAMPLE


class DeleteCodeSentOut(LongCodeFacts, CodeSentOut):
    pass


class DeleteAccountIn(Schema):
    otp_code: LongCode = Field(
        description="From /api/auth/account/delete-code.", examples=["482913"]
    )


class ExportedUser(Schema):
    id: int = Field(examples=[4])
    phone_number: str | None = Field(examples=[PHONE_EXAMPLE])
    email: str = Field(examples=["asha@example.com"])
    first_name: str = Field(examples=[""])
    last_name: str = Field(examples=[""])
    claimed_phone_number: str = Field(description="Not proven.", examples=[""])
    is_verified: bool = Field(examples=[True])
    is_email_verified: bool = Field(examples=[False])
    is_active: bool = Field(examples=[True])
    date_joined: datetime = Field(examples=[TIME_EXAMPLE])
    notice_version: str = Field(
        description="The privacy notice that was in force when the account was made.",
        examples=["2026-11"],
    )


class ExportedSession(Schema):
    id: UUID = Field(examples=["3f0c2a52-6a0e-4f7d-9a53-0a8d2f8f4b11"])
    device: str = Field(examples=["Chrome on Android"])
    device_name: str = Field(description="Empty if none was sent.", examples=["Asha's Pixel 8"])
    ip_address: str | None = Field(examples=["203.0.113.7"])
    created_at: datetime = Field(examples=[TIME_EXAMPLE])
    last_used_at: datetime = Field(examples=[TIME_EXAMPLE])
    expires_at: datetime = Field(examples=[TIME_EXAMPLE])
    refreshed_at: datetime | None = Field(examples=[None])
    revoked_at: datetime | None = Field(examples=[None])


class ExportedCode(Schema):
    purpose: str = Field(examples=["sign_in"])
    attempts: int = Field(examples=[1])
    is_verified: bool = Field(examples=[True])
    sent_at: datetime = Field(examples=[TIME_EXAMPLE])
    expires_at: datetime = Field(examples=[TIME_EXAMPLE])
    consumed_at: datetime | None = Field(examples=[TIME_EXAMPLE])


class ExportedMessage(Schema):
    purpose: str = Field(examples=["sign_in"])
    channel: str = Field(examples=["sms"])
    state: str = Field(
        description="`handing_over`, `accepted`, `refused`, `failed` or `unknown`.",
        examples=["accepted"],
    )
    created_at: datetime = Field(examples=[TIME_EXAMPLE])


class ExportedNotice(Schema):
    kind: str = Field(examples=["email_changed"])
    recipient: str = Field(examples=["asha@example.com"])
    created_at: datetime = Field(examples=[TIME_EXAMPLE])


class ExportedEvent(Schema):
    kind: str = Field(examples=["code_requested"])
    data: dict[str, Any] = Field(examples=[{"source": "api"}])
    created_at: datetime = Field(examples=[TIME_EXAMPLE])


class ExportedNote(Schema):
    text: str = Field(examples=["Prefers to be called after six."])
    created_at: datetime = Field(examples=[TIME_EXAMPLE])


class ExportedLead(Schema):
    phone_number: str = Field(examples=[PHONE_EXAMPLE])
    name: str = Field(examples=["Asha Rao"])
    email: str = Field(examples=["asha@example.com"])
    country: str = Field(examples=["IN"])
    source: str = Field(examples=["api"])
    status: str = Field(examples=["converted"])
    stage: str = Field(description="How far the sign-up came.", examples=["completed"])
    profile_step: int = Field(
        description="Parts of the profile that were filled in on the site.", examples=[0]
    )
    consent_at: datetime | None = Field(
        description="When the person agreed to be contacted.", examples=[TIME_EXAMPLE]
    )
    refused_at: datetime | None = Field(
        description="When the person asked not to be contacted.", examples=[None]
    )
    consent_version: str = Field(description="To which words.", examples=["2026-03"])
    consent_proof: str = Field(
        description="How the last yes or no is known: `proven`, `claimed`, `import` or `staff`;"
        " empty if there is none.",
        examples=["proven"],
    )
    created_at: datetime = Field(examples=[TIME_EXAMPLE])
    last_activity_at: datetime = Field(examples=[TIME_EXAMPLE])
    delivered_at: datetime | None = Field(
        description="When a code reached the phone.", examples=[TIME_EXAMPLE]
    )
    attempted_at: datetime | None = Field(
        description="When a code was typed.", examples=[TIME_EXAMPLE]
    )
    verified_at: datetime | None = Field(examples=[TIME_EXAMPLE])
    converted_at: datetime | None = Field(examples=[TIME_EXAMPLE])
    timeline: list[ExportedEvent]
    notes: list[ExportedNote] = Field(description="What staff wrote.")


class ExportedPicture(Schema):
    url: str = Field(examples=[PICTURE_EXAMPLE])
    width: int = Field(description="Pixels; 0 for a link.", examples=[0])
    height: int = Field(description="Pixels; 0 for a link.", examples=[0])
    is_avatar: bool = Field(examples=[False])
    source_hash: str = Field(
        description="SHA-256 of the file that was uploaded; empty for a link.", examples=[""]
    )
    created_at: datetime = Field(examples=[TIME_EXAMPLE])


class ExportedReading(Schema):
    service: str = Field(description="The name of the service.", examples=["events"])
    way: str = Field(
        description="How it asked: by `id`, `number` or `batch`, or for `changes`.",
        examples=["number"],
    )
    day: date = Field(examples=["2026-03-01"])
    times: int = Field(description="How often on that day.", examples=[2])


class ExportOut(Schema):
    user: ExportedUser
    profile: ProfileOut | None
    profile_draft: dict[str, Any] | None = Field(
        description="What was told of a profile that is not complete.", examples=[None]
    )
    pictures: list[ExportedPicture]
    sessions: list[ExportedSession]
    codes: list[ExportedCode]
    messages: list[ExportedMessage]
    notices: list[ExportedNotice] = Field(
        description="Messages about the account that could not be sent yet."
    )
    events: list[ExportedEvent] = Field(
        description="What other systems could follow in the last 30 days: ids, and names of fields."
    )
    service_readings: list[ExportedReading] = Field(
        description="Which services of this site read what is held on the person."
    )
    lead: ExportedLead | None
