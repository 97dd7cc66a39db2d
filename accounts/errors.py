"""The errors of accounts. Clients rely on the exact messages of most of them."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from loopin import waiting
from loopin.errors import LoopinError, ValidationFailed

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


class WrongLength(ValidationFailed):
    """The guess has another number of digits than the live code, so it is not counted as one."""

    field = "otp_code"
    reason = "invalid"
    field_codes = (reason,)

    def __init__(self, otp_length: int = 4) -> None:
        message = gettext("Enter the %(count)s digits of the code.") % {"count": otp_length}
        super().__init__([{"field": self.field, "code": self.reason, "message": message}], message)


class CodeExpired(LoopinError):
    code = "otp_expired"
    advice = "Offer a new code."
    field = "otp_code"
    message = _("OTP has expired")
    page_message = _("This code is too old. Ask for a new one.")


class CodeNotFound(LoopinError):
    code = "otp_not_found"
    advice = "The code was used, or none was asked for. Offer a new code."
    field = "otp_code"
    message = _("No OTP found for this phone number. Please request a new OTP.")
    page_message = _("This code does not work any more. Ask for a new one.")


class AttemptsExceeded(LoopinError):
    """All guesses at this code are used up. `retry_after`: seconds until a new code may be sent."""

    status = 429
    code = "otp_attempts_exceeded"
    advice = "The right code no longer works either. Offer a new one after `retry_after` seconds."
    field = "otp_code"
    message = _("Too many attempts. Please request a new OTP.")
    page_message = _("This code cannot be tried any more. Ask for a new one.")

    def __init__(self, retry_after: int = settings.OTP_RESEND_SECONDS[0]) -> None:
        self.retry_after = retry_after
        super().__init__()


class ResendTooSoon(waiting.Wait):
    """A code was sent moments ago."""

    code = "resend_too_soon"
    advice = "Go to the code screen; the last code is still good. Count down `retry_after`."
    field = "phone_number"
    message = _("We just sent you a code. You can ask for another in %(wait)s.")

    def __init__(self, retry_after: int = settings.OTP_RESEND_SECONDS[0]) -> None:
        super().__init__(retry_after)


class RateLimited(waiting.Wait):
    """A limit is reached, and will have room again. `keys`: the limits reached."""

    code = reason = "rate_limited"
    advice = "Show the message; it names the time, which `retry_after` gives in seconds."
    field = "phone_number"
    message = _("Too many requests. Please try again in %(wait)s.")
    page_message = _("There were too many tries. You can try again %(when)s.")
    has_other_ways = True

    def __init__(self, retry_after: int = 600, *, keys: Sequence[str] = ()) -> None:
        self.keys = keys
        super().__init__(retry_after)


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


class TooManyChanges(waiting.Wait):
    """The e-mail address or the password was changed often today."""

    code = "too_many_changes"
    advice = "Show the message; count down `retry_after`."
    message = _("You have changed this often today. Please try again in %(wait)s.")
    page_message = _("You have changed this often today. You can change it again %(when)s.")

    def __init__(self, retry_after: int = 86400) -> None:
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


class CountryNotAllowed(ValidationFailed):
    """No codes are sent to this number's country."""

    field = "phone_number"
    reason = "country_not_allowed"
    field_codes = (reason,)
    has_other_ways = True

    def __init__(self) -> None:
        message = gettext("We do not send codes to this country yet. Please use another number.")
        super().__init__([{"field": self.field, "code": self.reason, "message": message}], message)


class UserExists(LoopinError):
    status = 409
    code = "user_exists"
    advice = "Go on with `login`."
    field = "phone_number"
    message = _("User already exists. Please login instead.")
    page_message = _("You have an account already. Log in instead.")


class PhoneTaken(LoopinError):
    status = 409
    code = "phone_taken"
    advice = "Let the person enter another number."
    field = "phone_number"
    message = _("This number belongs to an account already.")


class OldCodeRequired(LoopinError):
    status = 403
    code = "old_code_required"
    advice = "Ask `change-phone` again, and show a field for the code of the old number."
    field = "old_otp_code"
    message = _("It is a while since you signed in. Ask for codes again, and enter both.")


class UserNotFound(LoopinError):
    status = 404
    code = "user_not_found"
    advice = "Go on with `signup`, or under `/api/users` with `register`."
    field = "phone_number"
    message = _("User not found. Please signup first.")
    page_message = _("There is no account with this number yet. Sign up first.")


class AccountInactive(LoopinError):
    status = 403
    code = "account_inactive"
    advice = "Show the message. No new code helps."
    message = _("This account is deactivated. Please contact support.")
    has_other_ways = True


class PhoneMismatch(LoopinError):
    status = 403
    code = "phone_mismatch"
    advice = "Leave `phone_number` out."
    message = _("This is not the phone number you signed in with. Leave it out or send your own.")


class SessionNotFound(LoopinError):
    status = 404
    code = "session_not_found"
    advice = "Read the list of devices again."
    message = _("This device is not signed in any more.")


class NotAuthenticated(LoopinError):
    status = 401
    code = "not_authenticated"
    advice = "Go to the sign-in screen."
    message = _("Please sign in. Send the token as 'Authorization: Bearer <token>'.")
    page_message = _("Please sign in first.")
    headers = {"WWW-Authenticate": "Bearer"}


class InvalidToken(NotAuthenticated):
    code = "invalid_token"
    advice = (
        "Forget both tokens and go to the sign-in screen: the session was ended, or the"
        " token is not ours."
    )
    message = _("This token is not valid any more. Please sign in again.")
    page_message = _("You are signed out. Please sign in again.")
    headers = {"WWW-Authenticate": 'Bearer error="invalid_token"'}


class TokenExpired(InvalidToken):
    code = "token_expired"
    advice = (
        "Renew the token and send the request again. If that was the refresh token: go to"
        " the sign-in screen."
    )
    message = _("This token has expired. Please sign in again.")


class NumberRefused(ValidationFailed):
    """The SMS provider says that nothing can ever be delivered to this number."""

    field = "phone_number"
    reason = "undeliverable"
    field_codes = (reason,)
    has_other_ways = True

    def __init__(self) -> None:
        message = gettext(
            "We cannot send a message to this number. Please use another mobile number."
        )
        super().__init__([{"field": self.field, "code": self.reason, "message": message}], message)


class SmsUnavailable(LoopinError):
    """The SMS provider does not answer, refuses us, or too many requests wait for it."""

    status = 503
    code = reason = "sms_unavailable"
    advice = (
        "Nothing was sent and nothing is half-done. Let the person try again after"
        " `retry_after` seconds."
    )
    field = "phone_number"
    message = _("We cannot send messages just now. Please try again in a minute.")
    retry_after = 60
    has_other_ways = True


class EmailTaken(LoopinError):
    status = 409
    code = "email_taken"
    advice = "Offer to log in, or let the person enter another address."
    field = "email"
    message = _("Another account has this e-mail address. Log in instead, or use another address.")


class EmailMissing(LoopinError):
    status = 409
    code = "email_missing"
    advice = "Let the person add an address with `PATCH /api/users/me/`."
    field = "email"
    message = _("Your account has no e-mail address yet. Add one first.")


class PhoneAlreadyVerified(LoopinError):
    status = 409
    code = "phone_already_verified"
    advice = "Use `change-phone`."
    field = "phone"
    message = _(
        "Your number is verified. To use another one, change it under /api/auth/change-phone."
    )
    page_message = _("Your number is verified already. You can change it on your profile.")


class PhoneNotVerified(LoopinError):
    status = 403
    code = "phone_not_verified"
    advice = "Verify the number first, with `send-phone-otp` and `verify-phone-otp`."
    field = "phone"
    message = _("Please verify your phone number first.")


class EmailUnavailable(LoopinError):
    """The mail server does not answer, or refuses us."""

    status = 503
    code = reason = "email_unavailable"
    advice = "Nothing was sent. Let the person try again after `retry_after` seconds."
    field = "email"
    message = _("We cannot send e-mail just now. Please try again in a minute.")
    retry_after = 60
