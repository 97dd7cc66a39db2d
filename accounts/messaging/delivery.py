"""Sends messages to phones through the provider, and keeps a slow provider from blocking the
site."""

import logging
import threading
from collections.abc import Callable
from functools import partial

from django.conf import settings

from accounts.messaging import measures, outages, reports
from accounts.messaging.channels import Channel
from accounts.messaging.errors import NumberRefused, SmsUnavailable
from accounts.messaging.providers.base import Refusal
from accounts.messaging.providers.registry import current_provider
from accounts.models.message_outage import OutageChannel, OutageKind
from loopin.errors import raises
from loopin.logs.error_location import location_of
from loopin.logs.redaction import masked
from loopin.request_facts import at_the_provider

logger = logging.getLogger(__name__)

SLOTS = settings.WORKER_THREADS // 2
"""At most half of a process's threads wait for the provider, so the others keep serving."""

provider_slots = threading.BoundedSemaphore(SLOTS)


@raises(NumberRefused, SmsUnavailable)
def send_code(
    phone_number: str, otp_code: str, *, purpose: str, channel: Channel = Channel.SMS
) -> None:
    """Have the provider send a code. Its delivery report names the purpose.

    Call it with no transaction open: it may take 7 seconds.

    The number is refused if nothing can ever be delivered to it.
    """
    provider = current_provider()
    report_url = reports.report_url(purpose)
    send = partial(provider.send_code, otp_code=otp_code, channel=channel, report_url=report_url)
    _deliver(phone_number, send, OutageChannel(channel), is_remote=provider.is_remote)


@raises(NumberRefused, SmsUnavailable)
def send_text(phone_number: str, text: str) -> None:
    """Have the provider send an SMS that is not a code; otherwise like `send_code`."""
    provider = current_provider()
    send = partial(provider.send_text, text=text)
    _deliver(phone_number, send, OutageChannel.SMS, is_remote=provider.is_remote)


def _deliver(
    phone_number: str, send: Callable[[str], None], channel: OutageChannel, *, is_remote: bool
) -> None:
    if not is_remote:
        send(phone_number)
        return
    if not provider_slots.acquire(blocking=False):
        logger.warning("SMS to %s not sent: too many requests wait", masked(phone_number))
        measures.MESSAGES.count(measures.NO_SLOT)
        raise SmsUnavailable
    try:
        with measures.waiting(SLOTS):
            _translate_errors(phone_number, send, channel)
    finally:
        provider_slots.release()
    outages.note_success(channel)


def _translate_errors(
    phone_number: str, send: Callable[[str], None], channel: OutageChannel
) -> None:
    """Raise our errors instead of the provider's, and log them without the phone number.

    What is not about the number is the site's to mend: it counts towards an outage, which is told
    once.
    """
    try:
        with at_the_provider():
            send(phone_number)
    except Refusal as refusal:
        logger.warning("SMS to %s refused: %s", masked(phone_number), refusal)
        measures.count_refused(refusal.code, is_final=refusal.is_final)
        if refusal.is_final:
            raise NumberRefused from None
        kind = OutageKind.ACCOUNT if refusal.is_of_account else OutageKind.REFUSED
        outages.note_failure(channel, kind, str(refusal))
        raise SmsUnavailable from None
    except Exception as error:  # whatever else a client makes of a provider in trouble
        # The error's words may show the number.
        place = location_of(error)
        logger.warning("SMS to %s not sent: %s", masked(phone_number), place)
        measures.MESSAGES.count(measures.FAILED)
        outages.note_failure(channel, OutageKind.SILENT, place)
        raise SmsUnavailable from None
    measures.count_accepted()
