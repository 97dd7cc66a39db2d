"""What hinders a message from leaving."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from loopin.errors import FieldRefused, LoopinError


class NumberRefused(FieldRefused):
    """The SMS provider says that nothing can ever be delivered to this number."""

    field = "phone_number"
    reason = "undeliverable"
    has_other_ways = True

    def __init__(self) -> None:
        message = gettext(
            "We cannot send a message to this number. Please use another mobile number."
        )
        super().__init__(message)


class SmsUnavailable(LoopinError):
    """The SMS provider does not answer, refuses us, or too many requests wait for it."""

    status = 503
    code = reason = "sms_unavailable"
    advice = (
        "Nothing was sent and nothing is half-done. Let the person try again after"
        " `retry_after` seconds."
    )
    field = "phone_number"
    message = _("We cannot send messages just now. Please try again in a minute.")
    retry_after = 60
    has_other_ways = True


class EmailUnavailable(LoopinError):
    """The mail server does not answer, or refuses us."""

    status = 503
    code = reason = "email_unavailable"
    advice = "Nothing was sent. Let the person try again after `retry_after` seconds."
    field = "email"
    message = _("We cannot send e-mail just now. Please try again in a minute.")
    retry_after = 60
