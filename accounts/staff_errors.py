"""What can go wrong when staff sign in. No app meets these."""

import math

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from loopin.errors import LoopinError


class SignInRefused(LoopinError):
    """Whether the name exists, the password is wrong or the account is not staff's stays unsaid."""

    code = "sign_in_refused"
    message = _("This username and password do not belong to a staff account.")


class WrongSecondFactor(LoopinError):
    code = "second_factor_invalid"
    field = "second_factor"
    message = _("This code is not right. Each works once: wait for the next one, and try again.")


class TooManyGuesses(LoopinError):
    """`retry_after`: seconds until the next guess is compared."""

    status = 429
    code = "too_many_guesses"
    message = _("Too many attempts. Please try again in %(wait)s.")

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(self.message % {"wait": _in_words(retry_after)})


class TooManyTokens(LoopinError):
    status = 409
    code = "too_many_tokens"
    message = _("You have 20 API tokens. Revoke one that is not used any more.")


class InsufficientScope(LoopinError):
    """RFC 6750 §3.1."""

    status = 403
    code = "insufficient_scope"
    message = _("This token may not be used for that. Make one with the scope it needs.")
    headers = {"WWW-Authenticate": 'Bearer error="insufficient_scope"'}


class CSRFRefused(LoopinError):
    status = 403
    code = "csrf_failed"
    message = _("Send the CSRF token of the page in the X-CSRFToken header.")


def _in_words(seconds: int) -> str:
    if seconds < 120:
        return ngettext("%(count)s second", "%(count)s seconds", seconds) % {"count": seconds}
    minutes = math.ceil(seconds / 60)
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
