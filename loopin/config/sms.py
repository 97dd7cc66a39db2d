"""How codes reach phones: the provider and its account, and the channels beside SMS."""

from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from loopin.config.secret_files import Secret
from loopin.config.variables import (
    NOT_SET,
    BaseVariables,
    CommaSeparated,
    Format,
    OffInProduction,
    OnInProduction,
)

CHANNELS = ("sms", "whatsapp", "call")

PROVIDERS: dict[str, dict[str, tuple[str, ...]]] = {
    "twilio": {
        "sms": (),
        "whatsapp": ("TWILIO_WHATSAPP_NUMBER", "TWILIO_WHATSAPP_CONTENT_SID"),
        "call": ("TWILIO_PHONE_NUMBER",),
    },
}
"""Each module of accounts/messaging/providers/ that can be chosen: the channels by which it brings
codes, and the variables that each channel needs beyond the provider's account itself."""


def _provider(value: str) -> str:
    if value not in PROVIDERS:
        raise ValueError(f"must be {' or '.join(PROVIDERS)}")
    return value


def _sms_first(channels: list[str]) -> list[str]:
    """SMS always is among them."""
    if unknown := set(channels).difference(CHANNELS):
        raise ValueError(f"may list {', '.join(CHANNELS)}, and not {min(unknown)}")
    return list(dict.fromkeys(["sms", *channels]))


class SmsVariables(BaseVariables):
    """Messages to phones.

    Without TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and a sender nothing can be sent, so nobody can
    sign in: requests for a code get status 503.
    """

    SMS_PROVIDER: Annotated[str, AfterValidator(_provider), Format(" or ".join(PROVIDERS))] = Field(
        "twilio",
        description="The provider that carries messages. Its own variables have its name in"
        " front. In test mode nobody carries them.",
    )
    TWILIO_TEST_MODE: OffInProduction = Field(
        NOT_SET,
        description="Whether nothing is sent, and codes show in the application log instead.",
    )
    TWILIO_ACCOUNT_SID: str = Field(
        "",
        description="The Twilio account that sends.",
        examples=["AC00000000000000000000000000000000"],
    )
    TWILIO_AUTH_TOKEN: Annotated[str, Secret()] = Field(
        "",
        description="The account's secret. Twilio also signs its reports with it; without it they"
        " are refused.",
    )
    TWILIO_MESSAGING_SERVICE_SID: str = Field(
        "",
        description="The messaging service that an SMS comes from. It wins over"
        " TWILIO_PHONE_NUMBER.",
        examples=["MG00000000000000000000000000000000"],
    )
    TWILIO_PHONE_NUMBER: str = Field(
        "",
        description="The number that an SMS comes from when there is no messaging service, and"
        " that makes the calls of the channel call.",
        examples=["+15005550006"],
    )
    TWILIO_API_URL: str = Field(
        "https://api.twilio.com",
        description="Where Twilio's API is. Another address is for tests.",
    )
    SMS_STATUS_CALLBACKS: OnInProduction = Field(
        NOT_SET,
        description="Whether Twilio reports at SITE_URL/api/sms-status/ what became of each"
        " message. It takes an https SITE_URL that Twilio can reach; with any other, no reports"
        " are asked for.",
    )
    TWILIO_WHATSAPP_NUMBER: Annotated[str, Format("a number such as +15005550006")] = Field(
        "",
        pattern=r"^(\+[1-9][0-9]{6,14})?$",
        description="The number that writes on WhatsApp.",
        examples=["+15005550006"],
    )
    TWILIO_WHATSAPP_CONTENT_SID: str = Field(
        "",
        description="The approved authentication template (of Twilio's Content API) that is sent"
        " on WhatsApp. Its {{1}} becomes the code.",
        examples=["HX00000000000000000000000000000000"],
    )
    OTP_CHANNELS: Annotated[
        CommaSeparated,
        AfterValidator(_sms_first),
        Format(f"a list of {', '.join(CHANNELS)}, separated by commas"),
    ] = Field(
        ["sms"],
        description="How a code may come. sms is always among them, whether it is listed or not."
        " whatsapp needs both TWILIO_WHATSAPP_ variables, call needs TWILIO_PHONE_NUMBER; the"
        " site does not start without them, unless it is in test mode. All channels count against"
        " the same limits.",
        examples=["sms,whatsapp,call"],
    )
    TWILIO_VERIFY_SID: str = Field(
        "",
        description="Accepted and not used: Loopin draws, keeps and checks its own codes.",
        examples=["VA00000000000000000000000000000000"],
    )
    TWILIO_VERIFY_SECRET: str = Field(
        "", description="Accepted and not used, like TWILIO_VERIFY_SID."
    )

    @field_validator("OTP_CHANNELS")
    @classmethod
    def _has_what_it_takes(cls, value: list[str], info: ValidationInfo) -> list[str]:
        provider = info.data.get("SMS_PROVIDER")
        if provider is None or info.data.get("TWILIO_TEST_MODE"):
            return value  # a wrong SMS_PROVIDER is a problem of its own
        needed = PROVIDERS[provider]
        if impossible := [channel for channel in value if channel not in needed]:
            raise ValueError(f"lists {' and '.join(impossible)}, which {provider} cannot do")
        names = [name for channel in value for name in needed[channel]]
        if missing := [name for name in names if not info.data.get(name)]:
            raise ValueError(f"lists channels that also need {' and '.join(missing)}")
        return value
