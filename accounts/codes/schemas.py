"""The bodies and answers of the API for asking for codes and typing them."""

from typing import Annotated, Any, Literal

from django.conf import settings
from django.utils.translation import gettext_noop as _
from ninja import Schema
from pydantic import Field, StrictBool

from accounts.codes import proof_of_work, rules
from accounts.codes.flows import CodeSent
from accounts.idempotency import idempotent
from accounts.messaging import channels
from accounts.messaging.channels import Channel
from accounts.phone import numbers
from accounts.sessions.schemas import DEVICE_TOKEN_PARAMETER
from loopin.web.schemas import follows

PHONE_EXAMPLE = "+916205829376"


PhoneNumber = Annotated[str, follows(numbers.normalise)]


OTPCode = Annotated[str, follows(rules.otp_code)]


LongCode = Annotated[str, follows(rules.long_otp_code)]


CodeChannel = Annotated[Any, follows(channels.enabled)]

WORK_PARAMETER = {
    "name": proof_of_work.HEADER,
    "in": "header",
    "required": False,
    "description": "The solved `challenge` of a 429 `proof_of_work_required`: Base64 of an object"
    " with the `challenge` and its `solution` (`counter`, `derivedKey`). It counts once, for the"
    " same number and operation, within 5 minutes.",
    "schema": {"type": "string", "maxLength": proof_of_work.MOST_CHARACTERS},
    "example": "eyJjaGFsbGVuZ2UiOiB7InBhcmFtZXRlcnMi…",
}
ASKING_PARAMETERS = [DEVICE_TOKEN_PARAMETER, WORK_PARAMETER, idempotent.PARAMETER]
"""The headers of operations that ask for a code."""

CODE_SENT = _("OTP sent successfully to your phone number")


class PhoneNumberIn(Schema):
    phone_number: PhoneNumber = Field(
        description="With the country code, or a number of the default country, which is India"
        " unless the site says otherwise. Separators are ignored.",
        examples=[PHONE_EXAMPLE],
    )


class CodeRequestIn(PhoneNumberIn):
    contact_consent: StrictBool | None = Field(
        None,
        description="Whether the person may be called or messaged about the sign-up and events:"
        " `true` agrees, `false` takes it back, `null` or nothing leaves it as it is.",
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


class CodeFacts(Schema):
    otp_length: int = Field(description="Digits in the code.", examples=[4])
    expires_in: int = Field(description="Seconds the code lives.", examples=[600])
    resend_after: int = Field(
        description="Seconds until another may be sent.", examples=[settings.OTP_RESEND_SECONDS[0]]
    )

    delivery: Literal["accepted", "pending"] = Field(
        description="`accepted`: the provider has taken the message. `pending`: it has not said so"
        " within a second; if it does not take the message, the code does not work, and another can"
        " be asked for at once.",
        examples=["accepted"],
    )


class LongCodeFacts(CodeFacts):
    otp_length: int = Field(description="Digits in the code.", examples=[6])


class CodeSentOut(CodeFacts):
    phone_number: str = Field(description="E.164", examples=[PHONE_EXAMPLE])


def code_sent(sent: CodeSent, name: str = "phone_number") -> dict[str, Any]:
    """The answer after a code was sent; `name`: what the API calls the recipient."""
    facts = vars(sent).copy()
    return {name: facts.pop("recipient")} | facts
