"""The bodies and answers of the API for changing the phone number."""

from pydantic import Field

from accounts.codes.schemas import (
    PHONE_EXAMPLE,
    CodeSentOut,
    LongCode,
    LongCodeFacts,
    PhoneNumberIn,
)
from accounts.sessions.schemas import KnownDeviceOut


class ChangeCodeSentOut(LongCodeFacts, CodeSentOut):
    needs_old_code: bool = Field(
        description="Whether a second code went to the old number.", examples=[False]
    )


class ChangePhoneIn(PhoneNumberIn):
    otp_code: LongCode = Field(description="The digits of the message.", examples=["482913"])
    old_otp_code: LongCode | None = Field(
        None, description="The code of the old number, if `needs_old_code`.", examples=["109734"]
    )


class PhoneChangedOut(KnownDeviceOut):
    user_id: int = Field(examples=[4])
    phone_number: str = Field(examples=[PHONE_EXAMPLE])
