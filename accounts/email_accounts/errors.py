"""The errors of accounts that were registered by e-mail."""

from django.utils.translation import gettext_lazy as _

from loopin.errors import LoopinError


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
