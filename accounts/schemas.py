"""What the phone-authentication API takes and gives."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import Field, StrictBool, StrictInt, WithJsonSchema

from accounts import rules
from accounts.channels import Channel
from accounts.picture_schemas import NOT_SENT, Pictures
from interests.api import InterestOut
from loopin.schemas import follows, optional_fields

PHONE_EXAMPLE = "+916205829376"
PICTURE_EXAMPLE = "https://cdn.example.com/asha.jpg"
REFRESH_TOKEN_EXAMPLE = "PwwqUmoOT32aUwqN…"  # noqa: S105  an example
TIME_EXAMPLE = "2026-03-01T09:30:00+00:00"

PhoneNumber = Annotated[str, follows(rules.phone_number)]
OTPCode = Annotated[str, follows(rules.otp_code)]
CodeChannel = Annotated[
    Any, follows(rules.channel), WithJsonSchema({"type": "string", "enum": Channel.values})
]
BirthDate = Annotated[
    Any, follows(rules.birth_date), WithJsonSchema({"type": "string", "format": "date"})
]


class PhoneNumberIn(Schema):
    phone_number: PhoneNumber = Field(
        description="With the country code; separators are ignored.", examples=[PHONE_EXAMPLE]
    )


class CodeRequestIn(PhoneNumberIn):
    contact_consent: StrictBool | None = Field(
        None,
        description="Whether the person may be called or messaged about the sign-up and events:"
        " `true` agrees, `false` takes it back, `null` or nothing leaves it as it is.",
        examples=[True],
    )
    channel: CodeChannel = Field(
        Channel.SMS,
        description="How the code shall come: `sms`, or where the site offers them `whatsapp` or"
        " `call`. Another code of the same number has the same countdown and limits whichever way"
        " it comes.",
        examples=["sms"],
    )


class CodeIn(PhoneNumberIn):
    otp_code: OTPCode = Field(
        description="The digits of the message, as a string.", examples=["1097"]
    )


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


class CodeFacts(Schema):
    otp_length: int = Field(description="Digits in the code.", examples=[4])
    expires_in: int = Field(description="Seconds the code lives.", examples=[600])
    resend_after: int = Field(description="Seconds until another may be sent.", examples=[30])


class CodeSentOut(CodeFacts):
    phone_number: str = Field(description="E.164", examples=[PHONE_EXAMPLE])


class VerifiedOut(Schema):
    user_id: int = Field(examples=[4])
    phone_number: str = Field(examples=[PHONE_EXAMPLE])
    needs_profile_completion: bool = Field(examples=[True])
    is_verified: bool = Field(examples=[True])
    expires_in: int = Field(description="Seconds the token lives.", examples=[1800])
    refresh_token: str = Field(
        description="Exchange it at /api/auth/refresh when the token has expired.",
        examples=[REFRESH_TOKEN_EXAMPLE],
    )


class LoggedInOut(VerifiedOut):
    name: str | None = Field(examples=["Asha Rao"])
    email: str | None = Field(examples=["asha@example.com"])
    needs_profile_completion: bool = Field(examples=[False])


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


class RefreshIn(Schema):
    refresh_token: str = Field(
        description="The last one you were given.", examples=[REFRESH_TOKEN_EXAMPLE]
    )


class RefreshedOut(Schema):
    refresh_token: str = Field(
        description="Takes the place of the one you sent.", examples=[REFRESH_TOKEN_EXAMPLE]
    )
    expires_in: int = Field(description="Seconds the token lives.", examples=[1800])


class SessionOut(Schema):
    id: UUID = Field(examples=["3f0c2a52-6a0e-4f7d-9a53-0a8d2f8f4b11"])
    device: str = Field(examples=["Chrome on Android"])
    ip_address: str | None = Field(description="At sign-in.", examples=["203.0.113.7"])
    created_at: datetime = Field(description="The sign-in.", examples=[TIME_EXAMPLE])
    last_used_at: datetime = Field(description="To the minute.", examples=[TIME_EXAMPLE])
    is_current: bool = Field(description="Whether this is the caller's own.", examples=[True])


class EndedOut(Schema):
    ended: int = Field(description="Devices signed out.", examples=[2])


class DeleteAccountIn(Schema):
    otp_code: OTPCode = Field(description="From /api/auth/account/delete-code.", examples=["1097"])


class HeldUser(Schema):
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


class HeldSession(Schema):
    id: UUID = Field(examples=["3f0c2a52-6a0e-4f7d-9a53-0a8d2f8f4b11"])
    device: str = Field(examples=["Chrome on Android"])
    ip_address: str | None = Field(examples=["203.0.113.7"])
    created_at: datetime = Field(examples=[TIME_EXAMPLE])
    last_used_at: datetime = Field(examples=[TIME_EXAMPLE])
    expires_at: datetime = Field(examples=[TIME_EXAMPLE])
    refreshed_at: datetime | None = Field(examples=[None])
    revoked_at: datetime | None = Field(examples=[None])


class HeldCode(Schema):
    purpose: str = Field(examples=["sign_in"])
    attempts: int = Field(examples=[1])
    is_verified: bool = Field(examples=[True])
    sent_at: datetime = Field(examples=[TIME_EXAMPLE])
    expires_at: datetime = Field(examples=[TIME_EXAMPLE])
    consumed_at: datetime | None = Field(examples=[TIME_EXAMPLE])


class HeldEvent(Schema):
    kind: str = Field(examples=["code_requested"])
    data: dict[str, Any] = Field(examples=[{"source": "api"}])
    created_at: datetime = Field(examples=[TIME_EXAMPLE])


class HeldLead(Schema):
    phone_number: str = Field(examples=[PHONE_EXAMPLE])
    country: str = Field(examples=["IN"])
    source: str = Field(examples=["api"])
    status: str = Field(examples=["converted"])
    created_at: datetime = Field(examples=[TIME_EXAMPLE])
    last_activity_at: datetime = Field(examples=[TIME_EXAMPLE])
    verified_at: datetime | None = Field(examples=[TIME_EXAMPLE])
    converted_at: datetime | None = Field(examples=[TIME_EXAMPLE])
    timeline: list[HeldEvent]


class HeldPicture(Schema):
    url: str = Field(examples=[PICTURE_EXAMPLE])
    width: int = Field(description="Pixels; 0 for a link.", examples=[0])
    height: int = Field(description="Pixels; 0 for a link.", examples=[0])
    is_avatar: bool = Field(examples=[False])
    created_at: datetime = Field(examples=[TIME_EXAMPLE])


class ExportOut(Schema):
    user: HeldUser
    profile: ProfileOut | None
    pictures: list[HeldPicture]
    sessions: list[HeldSession]
    codes: list[HeldCode]
    lead: HeldLead | None


class ChangeCodeSentOut(CodeSentOut):
    needs_old_code: bool = Field(
        description="Whether a second code went to the old number.", examples=[False]
    )


class ChangePhoneIn(CodeIn):
    old_otp_code: OTPCode | None = Field(
        None, description="The code of the old number, if `needs_old_code`.", examples=["4821"]
    )


class PhoneChangedOut(Schema):
    user_id: int = Field(examples=[4])
    phone_number: str = Field(examples=[PHONE_EXAMPLE])
