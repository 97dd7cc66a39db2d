"""The errors of signing in as staff, and of API tokens."""

from django.utils.translation import gettext_lazy as _

from loopin.errors import LoopinError


class SignInRefused(LoopinError):
    """It does not say whether the name, the password, or the kind of account is wrong."""

    code = "sign_in_refused"
    message = _("This username and password do not belong to a staff account.")


class WrongSecondFactor(LoopinError):
    code = "second_factor_invalid"
    field = "second_factor"
    message = _("This code is not right. Each works once: wait for the next one, and try again.")


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
