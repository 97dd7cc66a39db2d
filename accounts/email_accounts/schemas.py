"""The bodies and answers of the API for e-mail accounts."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from accounts import rules
from accounts.codes.schemas import PHONE_EXAMPLE, LongCode, LongCodeFacts, PhoneNumber
from accounts.models import User
from accounts.passwords.schemas import (
    PASSWORD_EXAMPLE,
    NewPasswordIn,
    Password,
)
from accounts.sessions.schemas import TIME_EXAMPLE, DeviceNamed, KnownDeviceOut, RefreshedOut
from loopin.web.schemas import follows, optional_fields

EMAIL_EXAMPLE = "asha@example.com"

Email = Annotated[str, follows(rules.login_email)]
PersonName = Annotated[str, follows(rules.person_name)]


class EmailCodeIn(Schema):
    otp: LongCode = Field(description="The 6 digits of the e-mail.", examples=["482913"])


class PersonIn(Schema):
    email: Email = Field(examples=[EMAIL_EXAMPLE])
    phone: PhoneNumber = Field(description="With the country code.", examples=[PHONE_EXAMPLE])
    first_name: PersonName = Field(examples=["Asha"])
    last_name: PersonName = Field(examples=["Rao"])


class RegisterIn(DeviceNamed, NewPasswordIn, PersonIn):
    pass


PersonChanges = optional_fields("PersonChanges", PersonIn)


class EmailLoginIn(DeviceNamed):
    email: Email = Field(examples=[EMAIL_EXAMPLE])
    password: Password = Field(examples=[PASSWORD_EXAMPLE])


class EmailAccountOut(Schema):
    id: int = Field(examples=[4])
    email: str | None = Field(examples=[EMAIL_EXAMPLE])
    phone: str | None = Field(description="E.164", examples=[PHONE_EXAMPLE])
    first_name: str = Field(examples=["Asha"])
    last_name: str = Field(examples=["Rao"])
    phone_verified: bool = Field(examples=[False])
    email_verified: bool = Field(examples=[False])
    created_at: datetime = Field(examples=[TIME_EXAMPLE])
    updated_at: datetime = Field(examples=[TIME_EXAMPLE])


class SignedInUserOut(RefreshedOut, KnownDeviceOut):
    user: EmailAccountOut


class EmailSentOut(LongCodeFacts):
    email: str = Field(examples=[EMAIL_EXAMPLE])


class PhoneVerifiedOut(Schema):
    phone_verified: Literal[True] = Field(True, examples=[True])
    user: EmailAccountOut


class EmailVerifiedOut(Schema):
    email_verified: bool = Field(examples=[True])
    user: EmailAccountOut


def user_as_json(user: User) -> dict[str, Any]:
    """The user as this API answers it, with the claimed number if none is verified."""
    return {
        "id": user.pk,
        "email": user.email or None,
        "phone": user.phone_number or user.claimed_phone_number or None,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "phone_verified": user.is_verified,
        "email_verified": user.is_email_verified,
        "created_at": user.date_joined,
        "updated_at": user.updated_at,
    }
