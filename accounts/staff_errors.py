"""What can go wrong when staff sign in. No app meets these."""

import math

from loopin.errors import LoopinError


class SignInRefused(LoopinError):
    """Whether the name exists, the password is wrong or the account is not staff's stays unsaid."""

    code = "sign_in_refused"
    message = "This username and password do not belong to a staff account."


class WrongSecondFactor(LoopinError):
    code = "second_factor_invalid"
    field = "second_factor"
    message = "This code is not right. Each works once: wait for the next one, and try again."


class TooManyGuesses(LoopinError):
    """`retry_after`: seconds until the next guess is compared."""

    status = 429
    code = "too_many_guesses"

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(f"Too many attempts. Please try again in {_in_words(retry_after)}.")


class TooManyTokens(LoopinError):
    status = 409
    code = "too_many_tokens"
    message = "You have 20 API tokens. Revoke one that is not used any more."


class InsufficientScope(LoopinError):
    """RFC 6750 §3.1."""

    status = 403
    code = "insufficient_scope"
    message = "This token may not be used for that. Make one with the scope it needs."
    headers = {"WWW-Authenticate": 'Bearer error="insufficient_scope"'}


class CSRFRefused(LoopinError):
    status = 403
    code = "csrf_failed"
    message = "Send the CSRF token of the page in the X-CSRFToken header."


def _in_words(seconds: int) -> str:
    number, unit = (seconds, "second") if seconds < 120 else (math.ceil(seconds / 60), "minute")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
