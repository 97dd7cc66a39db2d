"""What can go wrong with a one-time code beyond what its row knows."""

import json
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from loopin.errors import FieldRefused, LoopinError
from loopin.times import waiting

EXAMPLE_CHALLENGE = {
    "parameters": {
        "algorithm": "PBKDF2/SHA-256",
        "cost": 2000,
        "expiresAt": 1772357700,
        "keyLength": 32,
        "keyPrefix": "c0c2b6a6f1a34d0a9f1a7c8c0d0e4b11",
        "keySignature": "5f1c…",
        "nonce": "6b0d0f5a2c6f4a5fb3a1f5f7a0c1d2e3",
        "salt": "0a9b8c7d6e5f4a3b2c1d0e9f8a7b6c5d",
    },
    "signature": "9b74…",
}


class WrongCode(LoopinError):
    code = "otp_invalid"
    advice = (
        "Empty the boxes, show the message, let the person try again. With `is_earlier_code:"
        " true`, which costs no attempt: a later message has the code that works."
    )
    field = "otp_code"

    def __init__(self, attempts_remaining: int = 2, *, page_message: str = "") -> None:
        message = gettext("Invalid OTP. %(count)s attempts remaining")
        super().__init__(
            message % {"count": attempts_remaining},
            page_message=page_message or _not_right(attempts_remaining),
        )


def _not_right(attempts_remaining: int) -> str:
    if not attempts_remaining:
        return gettext("That code is not right. Ask for a new one.")
    message = ngettext(
        "That code is not right. You can try %(count)s more time.",
        "That code is not right. You can try %(count)s more times.",
        attempts_remaining,
    )
    return message % {"count": attempts_remaining}


class EarlierCode(WrongCode):
    """The code of a message that a later one replaced; it costs no attempt. `sent_at`: when the
    later one was sent."""

    details = MappingProxyType({"is_earlier_code": True})

    def __init__(
        self,
        attempts_remaining: int = settings.OTP_MAX_ATTEMPTS,
        *,
        sent_at: datetime | None = None,
    ) -> None:
        words = gettext(
            "That is the code of an earlier message. Use the newest one, sent at %(time)s."
        )
        time = time_format(localtime(sent_at), "TIME_FORMAT")
        super().__init__(attempts_remaining, page_message=words % {"time": time})


class ProofOfWorkRequired(waiting.Wait):
    """A code is sent to whoever solves `challenge`, or comes again after `retry_after` seconds."""

    code = "proof_of_work_required"
    advice = (
        "Solve the `challenge` and send the request again; or show the message, and send it"
        " again after `retry_after` seconds."
    )
    message = _("Many codes are being asked for just now. Please try again in %(wait)s.")

    def __init__(
        self, retry_after: int = 30, *, challenge: Mapping[str, Any] = MappingProxyType({})
    ) -> None:
        self.details = {"challenge": dict(challenge or EXAMPLE_CHALLENGE)}
        self.challenge_json = json.dumps(self.details["challenge"])
        super().__init__(retry_after)


class SmsBudgetExhausted(LoopinError):
    """Today's messages are spent."""

    status = 503
    code = reason = "sms_budget_exhausted"
    advice = "Show the message."
    field = "phone_number"
    message = _("We cannot send more codes today. Please try again tomorrow.")
    retry_after = 3600
    has_other_ways = True


class CountryNotAllowed(FieldRefused):
    """No codes are sent to this number's country."""

    field = "phone_number"
    reason = "country_not_allowed"
    has_other_ways = True

    def __init__(self) -> None:
        message = gettext("We do not send codes to this country yet. Please use another number.")
        super().__init__(message)
