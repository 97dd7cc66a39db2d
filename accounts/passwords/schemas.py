"""The bodies and answers of the password API."""

from typing import Annotated

from ninja import Schema
from pydantic import Field, ValidationInfo, WithJsonSchema, field_validator

from accounts.codes.schemas import PHONE_EXAMPLE, LongCode, LongCodeFacts, PhoneNumber
from accounts.models import User
from accounts.passwords import rules
from loopin.web.schemas import DescribedBy, raise_broken

PASSWORD_EXAMPLE = "monsoon-tabla-42"  # noqa: S105  an example


Password = Annotated[
    str,
    Field(max_length=rules.MAX_LENGTH),
    WithJsonSchema({"type": "string", "format": "password", "maxLength": rules.MAX_LENGTH}),
]
NewPassword = Annotated[Password, DescribedBy(rules.password)]


class PhoneIn(Schema):
    phone: PhoneNumber = Field(description="With the country code.", examples=[PHONE_EXAMPLE])


class PhoneCodeIn(PhoneIn):
    otp: LongCode = Field(description="The 6 digits of the message.", examples=["482913"])


class NewPasswordIn(Schema):
    password: NewPassword = Field(
        description="Under Django's password validators; every one that refuses is listed.",
        examples=[PASSWORD_EXAMPLE],
    )
    password_confirm: Annotated[Password, DescribedBy(rules.repeated_password)] = Field(
        description="The same once more.", examples=[PASSWORD_EXAMPLE]
    )

    @field_validator("password")
    @classmethod
    def _is_strong(cls, value: str, info: ValidationInfo) -> str:
        names = {name: info.data.get(name, "") for name in ("email", "first_name", "last_name")}
        with raise_broken():
            return rules.password(value, User(**names))

    @field_validator("password_confirm")
    @classmethod
    def _is_the_same(cls, value: str, info: ValidationInfo) -> str:
        with raise_broken():
            return rules.repeated_password(value, info.data.get("password", value))


class SetPasswordIn(NewPasswordIn):
    current_password: Password | None = Field(
        None, description="If you have one.", examples=["older-password-41"]
    )


class ResetPasswordIn(NewPasswordIn, PhoneCodeIn):
    pass


class PhoneSentOut(LongCodeFacts):
    phone: str = Field(description="E.164", examples=[PHONE_EXAMPLE])
