"""The link with which a person goes on where they stopped."""

from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse

from accounts import limits
from accounts.codes import message_limits
from accounts.errors import NumberRefused, RateLimited, SmsBudgetExhausted, SmsUnavailable
from accounts.messaging import delivery
from accounts.models import RateCounter, User
from accounts.models.rate_counter import Limit
from leads.access import Action
from leads.errors import LinkOver, LinksUsedUp
from leads.models import Lead, ResumeLink
from leads.models.lead_event import EventKind
from leads.models.resume_link import Channel
from leads.timeline import locked, record

# 43 characters of signature behind a dot: what redacts logs knows it as a token.
_signer = Signer(salt="leads.resume", sep=".")

TEXT = "Your sign-up at Loopin is waiting. Go on here, within 48 hours: {address}"
"""In English: nobody knows what its reader prefers, and the sender's language says nothing."""


def create(lead_id: int, *, actor: User, by_sms: bool) -> str:
    """Make a link for a person and send it to them, or return its address for the actor to pass
    on ("" if it was sent).

    It works once, for 48 hours. Not in a transaction: sending may take 7 seconds. After an error
    there is no link.

    Raises LinksUsedUp, SmsBudgetExhausted, NumberRefused, SmsUnavailable and what `access.require`
    does.
    """
    lead, link = _make(lead_id, actor, by_sms)
    address = settings.SITE_URL.rstrip("/") + reverse("resume", args=[token_of(link)])
    if by_sms:
        _send(lead, link, TEXT.format(address=address))
    with transaction.atomic():
        lead = Lead.objects.select_for_update(no_key=True).get(pk=lead_id)
        record(lead, EventKind.LINK_SENT, actor=actor, data={"channel": link.channel})
    return "" if by_sms else address


@transaction.atomic
def _make(lead_id: int, actor: User, by_sms: bool) -> tuple[Lead, ResumeLink]:
    lead = locked(lead_id, Action.CONTACT, actor=actor)
    if by_sms:
        _spend_message(lead_id)
    channel = Channel.SMS if by_sms else Channel.COPIED
    return lead, ResumeLink.objects.create(lead=lead, created_by=actor, channel=channel)


def _spend_message(lead_id: int) -> None:
    try:
        limits.spend(_limits(lead_id))
    except RateLimited as refused:
        if refused.keys == [message_limits.budget_key()]:
            raise SmsBudgetExhausted from None
        raise LinksUsedUp(refused.retry_after) from None


def _limits(lead_id: int) -> list[Limit]:
    return [
        limits.LINKS_IN_A_ROW.of(lead_id),
        limits.LINKS_TO_LEAD.of(lead_id),
        *message_limits.daily_budget(),
    ]


def _send(lead: Lead, link: ResumeLink, text: str) -> None:
    try:
        delivery.send_text(str(lead.phone_number), text)
    except (NumberRefused, SmsUnavailable):
        with transaction.atomic():
            link.delete()
            RateCounter.objects.give_back([limit.key for limit in _limits(lead.pk)])
        raise


def token_of(link: ResumeLink) -> str:
    """What stands in the address of a link: its row, signed."""
    return _signer.sign(link.pk.hex)


def look(token: str) -> Lead:
    """Whose link it is; nothing changes.

    Raises LinkOver if it cannot be used: forged, used, expired, its person a customer or gone.
    """
    link = ResumeLink.objects.usable().select_related("lead").filter(pk=_id_of(token)).first()
    if link is None:
        raise LinkOver
    return link.lead


def use(token: str) -> str:
    """Use a link up; the number it is for.

    Raises LinkOver as `look` does.
    """
    phone_number = ResumeLink.objects.use(_id_of(token))
    if phone_number is None:
        raise LinkOver
    return phone_number


def _id_of(token: str) -> UUID:
    try:
        return UUID(_signer.unsign(token))
    except (BadSignature, ValueError):
        raise LinkOver from None
