"""The error of moving an account to another number."""

from django.utils.translation import gettext_lazy as _

from loopin.errors import LoopinError


class OldCodeRequired(LoopinError):
    status = 403
    code = "old_code_required"
    advice = "Ask `change-phone` again, and show a field for the code of the old number."
    field = "old_otp_code"
    message = _("It is a while since you signed in. Ask for codes again, and enter both.")
