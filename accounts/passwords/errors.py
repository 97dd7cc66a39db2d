"""What can go wrong with e-mail addresses and passwords."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, ngettext_lazy

from accounts.errors import NotAuthenticated, in_words
from loopin.errors import LoopinError

SAID_BY_DJANGO = (
    gettext_noop("This password is too common."),
    gettext_noop("This password is entirely numeric."),
    gettext_noop("The password is too similar to the %(verbose_name)s."),
    gettext_noop("email address"),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
)
"""The words of its password validators, for our catalogues: its own do not have them in Hindi."""


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
        super().__init__(self.message % {"wait": in_words(retry_after)})


class SignInTooOld(LoopinError):
    status = 403
    code = "sign_in_too_old"
    message = _("It is a while since you signed in. Sign in again, then set the password.")
