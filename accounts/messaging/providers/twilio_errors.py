"""What Twilio's error codes mean for the site, and who mends it how.

https://www.twilio.com/docs/api/errors
"""

from collections.abc import Mapping
from types import MappingProxyType

TROUBLES: Mapping[int, tuple[str, str]] = MappingProxyType(
    {
        # Of the site: until it is mended, nobody or hardly anybody gets a code.
        20003: (
            "The credentials are wrong, or the account is suspended.",
            "Copy `TWILIO_ACCOUNT_SID` and `TWILIO_AUTH_TOKEN` from the Twilio console again,"
            " without spaces around them; both have to be of the same account, and not its test"
            " credentials.",
        ),
        20005: ("The account is not active.", "Look at the account's state in the Twilio console."),
        20008: (
            "These are test credentials, which send nothing.",
            "Use the live credentials, or `TWILIO_TEST_MODE=true` in development.",
        ),
        20404: (
            "Something that a setting names is not there.",
            "Check `TWILIO_ACCOUNT_SID` and `TWILIO_MESSAGING_SERVICE_SID`.",
        ),
        20429: (
            "Twilio gets more requests than it takes.",
            "Wait. If it stays, ask Twilio for a higher limit.",
        ),
        21212: ("The sender is not a number.", "Set `TWILIO_PHONE_NUMBER` like `+15005550006`."),
        21408: (
            "The account may not send to this country.",
            "Allow it in the Twilio console under *Geo permissions*, or leave it out of"
            " `SMS_ALLOWED_COUNTRIES`.",
        ),
        21606: (
            "The sender is not a number of the account, or cannot send SMS.",
            "Set `TWILIO_PHONE_NUMBER` to a number of the account that can.",
        ),
        21608: (
            "A trial account sends to verified numbers only.",
            "Verify the number in the Twilio console under *Verified caller IDs*, or upgrade the"
            " account.",
        ),
        21703: (
            "The messaging service has no sender.",
            "Add a number to it in the Twilio console.",
        ),
        21705: (
            "The messaging service is not there.",
            "Check `TWILIO_MESSAGING_SERVICE_SID`: it begins with MG and is of this account.",
        ),
        30002: (
            "The account is suspended.",
            "Look at the account's state in the Twilio console.",
        ),
        30034: (
            "Messages to the USA need a registered sender.",
            "Register the brand and the campaign (A2P 10DLC) in the Twilio console.",
        ),
        63016: (
            "WhatsApp takes an approved template only.",
            "Check `TWILIO_WHATSAPP_CONTENT_SID`.",
        ),
        # Of the person's number.
        21211: ("The number cannot exist.", "Nothing: the person is asked to correct it."),
        21266: (
            "The number is that of the sender.",
            "Nothing: somebody asked for a code to the site's own number.",
        ),
        21610: (
            "The person wrote STOP to this sender.",
            "The person writes START to it; until then Twilio delivers nothing.",
        ),
        21612: (
            "There is no way from this sender to this number.",
            "Use a sender that reaches that country.",
        ),
        21614: (
            "The number is no mobile number.",
            "Nothing: the person is asked to correct it.",
        ),
        30003: (
            "The phone is off, or without a network.",
            "Nothing: the person asks for another code later.",
        ),
        30004: (
            "The carrier or the person blocks the sender.",
            "Nothing here; another channel may reach the person (`OTP_CHANNELS`).",
        ),
        30005: ("Nobody has this number.", "Nothing: the person corrects it."),
        30006: ("The number is a landline.", "Nothing: the person takes a mobile number."),
        30007: (
            "The carrier took the message for spam.",
            "Register the sender and the text: in India the header and the template (DLT), in the"
            " USA the campaign (A2P 10DLC).",
        ),
        30008: (
            "The carrier gave no reason.",
            "Nothing, if it is rare. Ask Twilio if it is not.",
        ),
    }
)
"""By code: what is wrong, and what to do; in English and Markdown, for logs, `doctor` and
docs/troubleshooting.md."""

OF_ACCOUNT = frozenset({20003, 20005, 20008, 20404, 21212, 21606, 21703, 21705, 30002})
"""The codes after which nothing can be sent to anybody: credentials, a suspended account, which is
also one without a balance, or no sender."""


def explain(code: int | str) -> str:
    """`Twilio code 20003. What is wrong. What to do.`; without words for a code that has none."""
    found = TROUBLES.get(int(code)) if str(code).isdecimal() else None
    return " ".join([f"Twilio code {code}.", *(found or ())]).replace("`", "").replace("*", "")
