"""The error of completing a profile."""

from django.utils.translation import gettext_lazy as _

from loopin.errors import LoopinError


class PhoneMismatch(LoopinError):
    status = 403
    code = "phone_mismatch"
    advice = "Leave `phone_number` out."
    message = _("This is not the phone number you signed in with. Leave it out or send your own.")
