"""Sends e-mail through Django's backends."""

import logging
from smtplib import SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from accounts.messaging import dev_inbox, outages
from accounts.messaging.errors import EmailUnavailable
from accounts.models.message_outage import OutageChannel, OutageKind
from loopin.errors import raises
from loopin.logs.error_location import location_of
from loopin.request_facts import at_the_provider

logger = logging.getLogger(__name__)


def is_configured() -> bool:
    """Whether e-mail can be sent at all: production sends none without a server."""
    return bool(settings.EMAIL_HOST) or not settings.IS_PRODUCTION


@raises(EmailUnavailable)
def send_code(recipient: str, otp_code: str) -> None:
    """Call it with no transaction open: it may take 7 seconds."""
    minutes = settings.OTP_LIFETIME_SECONDS // 60
    text = _("%(code)s is your Loopin code. It works for %(minutes)s minutes. Do not share it.")
    values = {"code": otp_code, "minutes": minutes}
    send(recipient, _("Your Loopin code"), text % values, code=otp_code)


@raises(EmailUnavailable)
def send(recipient: str, subject: str, text: str, *, code: str = "") -> None:
    """Hand a message to the mail server, or where test mode has none to the development inbox.

    `code`: the digits in it, if it has any. Call it with no transaction open: it may take 7
    seconds.
    """
    if dev_inbox.is_open() and not settings.EMAIL_HOST:
        dev_inbox.add_message(dev_inbox.EMAIL, recipient, text, code=code, subject=subject)
    if not is_configured():
        logger.error("E-mail not sent: there is no EMAIL_HOST")
        raise EmailUnavailable
    try:
        with at_the_provider():
            EmailMessage(subject, text, to=[recipient]).send()
    except Exception as error:  # whatever a mail server, its library or an address makes of it
        # The error's words may name the recipient.
        place = location_of(error)
        logger.warning("E-mail not sent: %s", place)
        if _is_of_server(error):
            outages.note_failure(OutageChannel.EMAIL, OutageKind.SILENT, place)
        raise EmailUnavailable from None
    if settings.EMAIL_HOST:
        outages.note_success(OutageChannel.EMAIL)


def _is_of_server(error: Exception) -> bool:
    """Whether the mail server is in trouble, rather than the one address."""
    return isinstance(error, OSError) and not isinstance(error, SMTPRecipientsRefused)
