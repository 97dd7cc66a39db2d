"""Sends messages to phones through the provider."""

import logging
from collections.abc import Callable
from functools import partial

from accounts.messaging import dispatcher, measures, outcomes, reports
from accounts.messaging.channels import Channel
from accounts.messaging.dispatcher import NoSlot, Slot
from accounts.messaging.errors import NumberRefused, SmsUnavailable
from accounts.messaging.outcomes import Outcome, Trouble
from accounts.messaging.providers.base import Refusal
from accounts.messaging.providers.registry import current_provider
from accounts.models.message_outage import OutageChannel, OutageKind
from loopin.errors import raises
from loopin.logs.error_location import location_of
from loopin.logs.redaction import masked
from loopin.request_facts import at_the_provider
from loopin.serving import turns

logger = logging.getLogger(__name__)


def is_remote() -> bool:
    """Whether messages to phones are handed to another machine."""
    return current_provider().is_remote


def hand_over_code(
    phone_number: str, otp_code: str, *, purpose: str, channel: Channel = Channel.SMS
) -> Outcome:
    """Have the provider send a code, without the database; it may take 7 seconds. Its delivery
    report names the purpose."""
    provider = current_provider()
    report_url = reports.report_url(purpose)
    send = partial(provider.send_code, otp_code=otp_code, channel=channel, report_url=report_url)
    return _hand_over(phone_number, send, OutageChannel(channel), is_remote=provider.is_remote)


@raises(NumberRefused, SmsUnavailable)
def send_text(phone_number: str, text: str) -> None:
    """Have the provider send an SMS that is not a code, and wait for what it says.

    Call it with no transaction open: it may take 7 seconds. The number is refused if nothing can
    ever be delivered to it.
    """
    provider = current_provider()
    send = partial(provider.send_text, text=text)
    slot = _reserve() if provider.is_remote else Slot(is_taken=False)
    try:
        with turns.given_back():
            outcome = _hand_over(
                phone_number, send, OutageChannel.SMS, is_remote=provider.is_remote
            )
    finally:
        slot.release()
    outcomes.tell(outcome)
    if outcome.error is not None:
        raise outcome.error


def _reserve() -> Slot:
    try:
        return dispatcher.reserve()
    except NoSlot:
        raise SmsUnavailable from None


def _hand_over(
    phone_number: str, send: Callable[[str], str], channel: OutageChannel, *, is_remote: bool
) -> Outcome:
    if not is_remote:
        return Outcome(channel, send(phone_number), is_watched=False)
    with measures.waiting(dispatcher.SLOTS):
        return _ask_provider(phone_number, send, channel)


def _ask_provider(phone_number: str, send: Callable[[str], str], channel: OutageChannel) -> Outcome:
    """Our errors instead of the provider's, which are logged without the phone number.

    What is not about the number is the site's to mend: it counts towards an outage.
    """
    try:
        with at_the_provider():
            provider_id = send(phone_number)
    except Refusal as refusal:
        logger.warning("SMS to %s refused: %s", masked(phone_number), refusal)
        measures.count_refused(refusal.code, is_final=refusal.is_final)
        if refusal.is_final:
            return Outcome(channel, error=NumberRefused())
        kind = OutageKind.ACCOUNT if refusal.is_of_account else OutageKind.REFUSED
        return Outcome(channel, error=SmsUnavailable(), trouble=Trouble(kind, str(refusal)))
    except Exception as error:  # whatever else a client makes of a provider in trouble
        # The error's words may show the number.
        place = location_of(error)
        logger.warning("SMS to %s not sent: %s", masked(phone_number), place)
        measures.MESSAGES.count(measures.FAILED)
        trouble = Trouble(OutageKind.SILENT, place)
        return Outcome(channel, error=SmsUnavailable(), trouble=trouble)
    measures.count_accepted()
    return Outcome(channel, provider_id or "")
