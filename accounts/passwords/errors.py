"""What can go wrong with e-mail addresses and passwords."""

from django.utils.translation import gettext_lazy as _

from accounts.errors import NotAuthenticated, format_wait
from loopin.errors import LoopinError


class InvalidCredentials(LoopinError):
    """Whether the address is known or the password is wrong stays unsaid."""

    status = 401
    code = "invalid_credentials"
    message = _("This e-mail address and password do not belong to an account.")
    headers = NotAuthenticated.headers


class TooManyGuesses(LoopinError):
    """`retry_after`: seconds until the next guess is compared."""

    status = 429
    code = "too_many_guesses"
    message = _("Too many attempts. Please try again in %(wait)s.")

    def __init__(self, retry_after: int = 900) -> None:
        self.retry_after = retry_after
        super().__init__(self.message % {"wait": format_wait(retry_after)})


class SignInTooOld(LoopinError):
    status = 403
    code = "sign_in_too_old"
    message = _("It is a while since you signed in. Sign in again, then set the password.")
