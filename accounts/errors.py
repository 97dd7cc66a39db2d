"""The errors of accounts. Clients rely on the exact messages of most of them."""

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from loopin.errors import FieldRefused, LoopinError
from loopin.times import waiting


class WrongLength(FieldRefused):
    """The guess has another number of digits than the live code, so it is not counted as one."""

    field = "otp_code"
    reason = "invalid"

    def __init__(self, otp_length: int = 4) -> None:
        message = gettext("Enter the %(count)s digits of the code.") % {"count": otp_length}
        super().__init__(message)


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


class TooManyChanges(waiting.Wait):
    """The e-mail address or the password was changed often today."""

    code = "too_many_changes"
    advice = "Show the message; count down `retry_after`."
    message = _("You have changed this often today. Please try again in %(wait)s.")
    page_message = _("You have changed this often today. You can change it again %(when)s.")

    def __init__(self, retry_after: int = 86400) -> None:
        super().__init__(retry_after)


class PhoneTaken(LoopinError):
    status = 409
    code = "phone_taken"
    advice = "Let the person enter another number."
    field = "phone_number"
    message = _("This number belongs to an account already.")


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


class EmailTaken(LoopinError):
    status = 409
    code = "email_taken"
    advice = "Offer to log in, or let the person enter another address."
    field = "email"
    message = _("Another account has this e-mail address. Log in instead, or use another address.")


class PhoneNotVerified(LoopinError):
    status = 403
    code = "phone_not_verified"
    advice = "Verify the number first, with `send-phone-otp` and `verify-phone-otp`."
    field = "phone"
    message = _("Please verify your phone number first.")
