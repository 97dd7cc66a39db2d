"""The errors of signing in as staff, and of API tokens."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models.api_token import MAX_LIVE
from loopin.errors import LoopinError


class SignInRefused(LoopinError):
    """It does not say whether the name, the password, or the kind of account is wrong."""

    code = "sign_in_refused"
    message = _("This username and password do not belong to a staff account.")
    page_message = _(
        "This username and password do not belong to a staff account. Check both, and try again."
    )


class WrongSecondFactor(LoopinError):
    code = "second_factor_invalid"
    field = "second_factor"
    message = _("This code is not right. Each works once: wait for the next one, and try again.")


class NotInvited(LoopinError):
    """The password was right, but this session may not set up a second factor."""

    status = 403
    code = "not_invited"
    message = _("Open the link of your invitation in this browser.")


class InvitationOver(LoopinError):
    """A link that is wrong, used, expired or replaced; the message does not say which."""

    status = 410
    code = "invitation_over"
    message = _("This invitation has done its work. It works once, for 24 hours.")


class AlreadyEnrolled(LoopinError):
    status = 409
    code = "already_enrolled"
    message = _("This person has a second factor. Reset it first.")


class AddressMissing(LoopinError):
    """An invitation has nowhere to go."""

    status = 409
    code = "address_missing"
    message = _("This person has no e-mail address. Enter one, then invite them.")


class TooManyTokens(LoopinError):
    status = 409
    code = "too_many_tokens"
    message = format_lazy(
        _("You have {most} API tokens. Revoke one that is not used any more."), most=MAX_LIVE
    )


class CSRFRefused(LoopinError):
    status = 403
    code = "csrf_failed"
    advice = "Pages send the header `X-CSRFToken`; programs use a token in place of the cookie."
    message = _("Send the CSRF token of the page in the X-CSRFToken header.")
