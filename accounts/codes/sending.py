"""Has the message with a code handed over, and writes down what became of it."""

from dataclasses import dataclass
from functools import partial

from django.db import transaction

from accounts import signals
from accounts.codes.challenge import IssuedCode
from accounts.codes.recipients import is_email
from accounts.messaging import accepted, delivery, dispatcher, email, funnel, outcomes
from accounts.messaging.channels import Channel
from accounts.messaging.dispatcher import Handing, NoSlot, Slot
from accounts.messaging.errors import EmailUnavailable, NumberRefused, SmsUnavailable
from accounts.messaging.outcomes import Outcome
from accounts.models import Message, PhoneOTP, RateCounter
from accounts.models.message import MessageState, Settled
from accounts.models.message_outage import OutageChannel
from accounts.models.phone_otp import Purpose
from accounts.models.phone_otp_rows import MessageFacts
from accounts.models.rate_counter import Limit
from loopin.errors import raises
from loopin.serving import turns

UNAVAILABLE = (SmsUnavailable, EmailUnavailable)


@dataclass(frozen=True)
class CodeMessage:
    """A code that was issued, and what has to be undone if its message does not leave.

    `spent`: the limits that it was counted against.
    """

    recipient: str
    purpose: Purpose
    channel: Channel
    issued: IssuedCode
    spent: list[Limit]


def is_remote(recipient: str) -> bool:
    """Whether a message to this recipient is handed to another machine."""
    return email.is_remote() if is_email(recipient) else delivery.is_remote()


@raises(*UNAVAILABLE)
def reserve(recipient: str, *, is_needed: bool) -> Slot:
    """A place for a message, which nothing else takes. Raises if too many wait for the provider."""
    if not is_needed or not is_remote(recipient):
        return Slot(is_taken=False)
    try:
        return dispatcher.reserve()
    except NoSlot:
        raise (EmailUnavailable if is_email(recipient) else SmsUnavailable) from None


def facts_of(recipient: str, channel: Channel) -> MessageFacts:
    """The message as it is when its code is issued. One that stays here is accepted at once."""
    state = MessageState.HANDING_OVER if is_remote(recipient) else MessageState.ACCEPTED
    return MessageFacts(state, OutageChannel.EMAIL if is_email(recipient) else channel)


@raises(NumberRefused, SmsUnavailable, EmailUnavailable)
def hand_over(message: CodeMessage, slot: Slot) -> bool:
    """Have it handed over; False if it is not known in time whether it was accepted.

    After a refusal, in time or later, the code and what it was counted for are as they were before.
    """
    funnel.count(funnel.ASKED, message.recipient, message.channel)
    send, settle = partial(_send, message), partial(_settle, message)
    if is_remote(message.recipient):
        outcome = Handing(send, settle, slot).wait()
    else:
        outcome = send()
        settle(outcome)
    if outcome is not None and outcome.error is not None:
        raise outcome.error
    return outcome is not None


def _send(message: CodeMessage) -> Outcome:
    """Without the database."""
    recipient, otp_code = message.recipient, message.issued.otp_code
    if is_email(recipient):
        return email.hand_over_code(recipient, otp_code)
    return delivery.hand_over_code(
        recipient, otp_code, purpose=message.purpose, channel=message.channel
    )


def _settle(message: CodeMessage, outcome: Outcome) -> None:
    outcomes.tell(outcome)
    if outcome.error is not None:
        funnel.count(funnel.FAILED, message.recipient, message.channel)
        with turns.taken():
            _undo(message, outcome, outcome.error.reason)
        return
    funnel.count(funnel.HANDED_OVER, message.recipient, message.channel)
    if message.issued.message_id is not None and is_remote(message.recipient):
        accepted.add(Settled(message.issued.message_id, outcome.state, outcome.provider_id))


@transaction.atomic
def _undo(message: CodeMessage, outcome: Outcome, reason: str) -> None:
    """A code that has replaced it meanwhile stays, and so does one that was used."""
    PhoneOTP.objects.withdraw(message.issued)
    RateCounter.objects.give_back(message.spent)
    if message.issued.message_id is not None:
        Message.objects.settle([Settled(message.issued.message_id, outcome.state)])
    signals.code_undelivered.send(
        PhoneOTP, recipient=message.recipient, purpose=message.purpose, reason=reason
    )
