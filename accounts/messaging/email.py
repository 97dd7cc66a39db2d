"""Sends e-mail through Django's backends."""

import logging
from smtplib import SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from accounts.messaging import dev_inbox, outcomes
from accounts.messaging.errors import EmailUnavailable
from accounts.messaging.outcomes import Outcome, Trouble
from accounts.models.message_outage import OutageChannel, OutageKind
from loopin.errors import raises
from loopin.logs.error_location import location_of
from loopin.request_facts import at_the_provider
from loopin.serving import turns

logger = logging.getLogger(__name__)


def is_configured() -> bool:
    """Whether e-mail can be sent at all: production sends none without a server."""
    return bool(settings.EMAIL_HOST) or not settings.IS_PRODUCTION


def is_remote() -> bool:
    """Whether messages are handed to another machine, or would be if there were one."""
    return bool(settings.EMAIL_HOST) or settings.IS_PRODUCTION


def hand_over_code(recipient: str, otp_code: str) -> Outcome:
    """Hand a code to the mail server, without the database; it may take 7 seconds."""
    minutes = settings.OTP_LIFETIME_SECONDS // 60
    text = _("%(code)s is your Loopin code. It works for %(minutes)s minutes. Do not share it.")
    values = {"code": otp_code, "minutes": minutes}
    return _hand_over(recipient, _("Your Loopin code"), text % values, code=otp_code)


@raises(EmailUnavailable)
def send(recipient: str, subject: str, text: str) -> None:
    """Hand a message to the mail server, or where test mode has none to the development inbox.

    Call it with no transaction open: it may take 7 seconds.
    """
    with turns.given_back():
        outcome = _hand_over(recipient, subject, text)
    outcomes.tell(outcome)
    if outcome.error is not None:
        raise outcome.error


def _hand_over(recipient: str, subject: str, text: str, *, code: str = "") -> Outcome:
    """`code`: the digits in it, if it has any."""
    if dev_inbox.is_open() and not is_remote():
        dev_inbox.add_message(dev_inbox.EMAIL, recipient, text, code=code, subject=subject)
    if not is_configured():
        logger.error("E-mail not sent: there is no EMAIL_HOST")
        return Outcome(OutageChannel.EMAIL, error=EmailUnavailable())
    try:
        with at_the_provider():
            EmailMessage(subject, text, to=[recipient]).send()
    except Exception as error:  # whatever a mail server, its library or an address makes of it
        # The error's words may name the recipient.
        place = location_of(error)
        logger.warning("E-mail not sent: %s", place)
        trouble = Trouble(OutageKind.SILENT, place) if _is_of_server(error) else None
        return Outcome(OutageChannel.EMAIL, error=EmailUnavailable(), trouble=trouble)
    return Outcome(OutageChannel.EMAIL, is_watched=is_remote())


def _is_of_server(error: Exception) -> bool:
    """Whether the mail server is in trouble, rather than the one address."""
    return isinstance(error, OSError) and not isinstance(error, SMTPRecipientsRefused)
