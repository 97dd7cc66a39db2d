"""What the API of e-mail accounts takes and gives."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field, ValidationInfo, field_validator

from accounts import rules
from accounts.flows.codes import CodeSent
from accounts.models import User
from accounts.schemas import (
    PHONE_EXAMPLE,
    REFRESH_TOKEN_EXAMPLE,
    TIME_EXAMPLE,
    CodeFacts,
    PhoneNumber,
)
from loopin.schemas import follows, optional_fields, raise_broken

EMAIL_EXAMPLE = "asha@example.com"
ACCESS_EXAMPLE = "eyJhbGciOiJIUzI1NiJ9.eyJz…"
PASSWORD_EXAMPLE = "monsoon-tabla-42"  # noqa: S105  an example

Email = Annotated[str, follows(rules.login_email)]
LongCode = Annotated[str, follows(rules.long_otp_code)]
PersonName = Annotated[str, follows(rules.person_name)]
Password = Annotated[str, Field(max_length=rules.PASSWORD_MAX_LENGTH)]


class PhoneIn(Schema):
    phone: PhoneNumber = Field(description="With the country code.", examples=[PHONE_EXAMPLE])


class PhoneCodeIn(PhoneIn):
    otp: LongCode = Field(description="The 6 digits of the message.", examples=["482913"])


class EmailCodeIn(Schema):
    otp: LongCode = Field(description="The 6 digits of the e-mail.", examples=["482913"])


class NewPasswordIn(Schema):
    password: Password = Field(
        description="Under Django's password validators; every one that refuses is listed.",
        examples=[PASSWORD_EXAMPLE],
    )
    password_confirm: Password = Field(
        description="The same once more.", examples=[PASSWORD_EXAMPLE]
    )

    @field_validator("password")
    @classmethod
    def _is_strong(cls, value: str, info: ValidationInfo) -> str:
        known = {name: info.data.get(name, "") for name in ("email", "first_name", "last_name")}
        with raise_broken():
            return rules.password(value, User(**known))

    @field_validator("password_confirm")
    @classmethod
    def _is_the_same(cls, value: str, info: ValidationInfo) -> str:
        with raise_broken():
            return rules.repeated_password(value, info.data.get("password", value))


class PersonIn(Schema):
    email: Email = Field(examples=[EMAIL_EXAMPLE])
    phone: PhoneNumber = Field(description="With the country code.", examples=[PHONE_EXAMPLE])
    first_name: PersonName = Field(examples=["Asha"])
    last_name: PersonName = Field(examples=["Rao"])


class RegisterIn(NewPasswordIn, PersonIn):
    pass


PersonChanges = optional_fields("PersonChanges", PersonIn)


class EmailLoginIn(Schema):
    email: Email = Field(examples=[EMAIL_EXAMPLE])
    password: Password = Field(examples=[PASSWORD_EXAMPLE])


class SetPasswordIn(NewPasswordIn):
    current_password: Password | None = Field(
        None, description="If you have one.", examples=["older-password-41"]
    )


class ResetPasswordIn(NewPasswordIn, PhoneCodeIn):
    pass


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


class EnteredOut(Schema):
    user: EmailAccountOut
    access: str = Field(description="The same as `token`.", examples=[ACCESS_EXAMPLE])
    refresh: str = Field(description="For /token/refresh/.", examples=[REFRESH_TOKEN_EXAMPLE])
    expires_in: int = Field(description="Seconds the token lives.", examples=[1800])


class LongCodeFacts(CodeFacts):
    otp_length: int = Field(description="Digits in the code.", examples=[6])


class PhoneSentOut(LongCodeFacts):
    phone: str = Field(description="E.164", examples=[PHONE_EXAMPLE])


class EmailSentOut(LongCodeFacts):
    email: str = Field(examples=[EMAIL_EXAMPLE])


class PhoneVerifiedOut(Schema):
    phone_verified: Literal[True] = Field(True, examples=[True])
    user: EmailAccountOut


class EmailVerifiedOut(Schema):
    email_verified: bool = Field(examples=[True])
    user: EmailAccountOut


def person(user: User) -> dict[str, Any]:
    """A user as this API shows them; a number that is only claimed is not verified."""
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


def code_sent(sent: CodeSent, name: str) -> dict[str, Any]:
    """A code on its way; `name`: what the address is called, "phone" or "email"."""
    facts = asdict(sent)
    return {name: facts.pop("phone_number")} | facts
