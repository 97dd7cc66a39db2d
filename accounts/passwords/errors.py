"""The errors of signing in by password, and of setting one."""

from django.utils.translation import gettext_lazy as _

from accounts.errors import NotAuthenticated
from loopin.errors import LoopinError
from loopin.times import waiting


class InvalidCredentials(LoopinError):
    """It does not say whether the address is unknown or the password is wrong."""

    status = 401
    code = "invalid_credentials"
    advice = "Let the person try again, or set the password anew."
    message = _("This e-mail address and password do not belong to an account.")
    page_message = _(
        "This e-mail address and password do not belong together. Check both, and try again."
    )
    headers = NotAuthenticated.headers


class TooManyGuesses(waiting.Wait):
    """So many passwords were tried that the next has to wait."""

    code = "too_many_guesses"
    advice = "Show the message, and offer the phone; count down `retry_after`."
    message = _("Too many attempts. Please try again in %(wait)s.")
    page_message = _("There were too many tries. You can try again %(when)s.")
    has_other_ways = True

    def __init__(self, retry_after: int = 900) -> None:
        super().__init__(retry_after)


class PasswordsBusy(LoopinError):
    """As many passwords are being hashed as the machine has cores, and enough wait for that."""

    status = 503
    code = "passwords_busy"
    advice = "Send the same again after `retry_after` seconds."
    message = _("Many people are signing in just now. Please try again in a moment.")
    retry_after = 5


class SignInTooOld(LoopinError):
    status = 403
    code = "sign_in_too_old"
    advice = "Have the person sign in again."
    message = _("It is a while since you signed in. Sign in again, then set the password.")
