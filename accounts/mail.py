"""Sending e-mail, through Django's backends."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from accounts.password_errors import EmailUnavailable

logger = logging.getLogger(__name__)


def send_code(address: str, otp_code: str) -> None:
    """Raises EmailUnavailable. Call it with no transaction open: it may take 7 seconds."""
    minutes = settings.OTP_LIFETIME_SECONDS // 60
    text = _("%(code)s is your Loopin code. It works for %(minutes)s minutes. Do not share it.")
    send(address, _("Your Loopin code"), text % {"code": otp_code, "minutes": minutes})


def send(address: str, subject: str, text: str) -> None:
    """Raises EmailUnavailable. Call it with no transaction open: it may take 7 seconds."""
    if settings.IS_PRODUCTION and not settings.EMAIL_HOST:
        logger.error("E-mail not sent: there is no EMAIL_HOST")
        raise EmailUnavailable
    try:
        EmailMessage(subject, text, to=[address]).send()
    except (SMTPException, OSError) as error:
        # Its words may name the address.
        logger.error("E-mail not sent: %s", type(error).__name__)  # noqa: TRY400
        raise EmailUnavailable from None
