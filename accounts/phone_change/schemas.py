"""The bodies and answers of the API for changing the phone number."""

from ninja import Schema
from pydantic import Field

from accounts.codes.schemas import PHONE_EXAMPLE, CodeIn, CodeSentOut, OTPCode


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
