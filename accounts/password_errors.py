"""What can go wrong with e-mail addresses and passwords."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, ngettext_lazy

from accounts.errors import NotAuthenticated, in_words
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
        super().__init__(self.message % {"wait": in_words(retry_after)})


class SignInTooOld(LoopinError):
    status = 403
    code = "sign_in_too_old"
    message = _("It is a while since you signed in. Sign in again, then set the password.")


class EmailTaken(LoopinError):
    status = 409
    code = "email_taken"
    field = "email"
    message = _("Another account has this e-mail address. Log in instead, or use another address.")


class EmailMissing(LoopinError):
    status = 409
    code = "email_missing"
    field = "email"
    message = _("Your account has no e-mail address yet. Add one first.")


class PhoneAlreadyVerified(LoopinError):
    status = 409
    code = "phone_already_verified"
    field = "phone"
    message = _(
        "Your number is verified. To use another one, change it under /api/auth/change-phone."
    )


class PhoneNotVerified(LoopinError):
    status = 403
    code = "phone_not_verified"
    field = "phone"
    message = _("Please verify your phone number first.")


class EmailUnavailable(LoopinError):
    """The mail server does not answer, or refuses us."""

    status = 503
    code = reason = "email_unavailable"
    field = "email"
    message = _("We cannot send e-mail just now. Please try again in a minute.")
    retry_after = 60


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
