"""The error of signing up."""

from django.utils.translation import gettext_lazy as _

from loopin.errors import LoopinError


class UserExists(LoopinError):
    status = 409
    code = "user_exists"
    advice = "Go on with `login`."
    field = "phone_number"
    message = _("User already exists. Please login instead.")
    page_message = _("You have an account already. Log in instead.")
