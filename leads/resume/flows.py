"""Makes, sends and uses resume links, with which a person continues a sign-up."""

from functools import partial
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse

from accounts import limits
from accounts.codes import message_limits
from accounts.codes.errors import SmsBudgetExhausted
from accounts.errors import RateLimited
from accounts.messaging import delivery
from accounts.messaging.errors import NumberRefused, SmsUnavailable
from accounts.models import RateCounter, User
from accounts.models.rate_counter import Limit
from leads.access import Action
from leads.errors import LinksUsedUp, LinkUnusable
from leads.models import Lead, ResumeLink
from leads.models.lead_event import EventKind
from leads.models.resume_link import Channel
from leads.timeline import lock_lead, record
from loopin.background.after_commit import attempt
from loopin.web.site_address import get_site_url

# A dot and 43 characters of signature: the redaction of logs recognises that as a token.
_signer = Signer(salt="leads.resume", sep=".")

TEXT = "Your sign-up at Loopin is waiting. Go on here, within 48 hours: {address}"
"""In English, because the language of its reader is unknown."""


def create(lead_id: int, *, actor: User, by_sms: bool) -> str:
    """Make a link and send it to the person by SMS, or return its URL, which the actor passes on.

    Returns "" if it was sent. The link works once, within 48 hours. No transaction is open while
    the SMS is sent, which may take 7 seconds. After an error there is no link.

    Raises LinksUsedUp, SmsBudgetExhausted, NumberRefused, SmsUnavailable and what `access.require`
    does.
    """
    lead, link = _create_link(lead_id, actor, by_sms)
    url = get_site_url() + reverse("resume", args=[token_of(link)])
    if not by_sms:
        return url
    _send(lead, link, TEXT.format(address=url))
    # The person has the message, whatever becomes of its line in the timeline.
    attempt("Recording a link", partial(_record_sms, lead_id, actor))
    return ""


@transaction.atomic
def _create_link(lead_id: int, actor: User, by_sms: bool) -> tuple[Lead, ResumeLink]:
    """Only a link that is copied is recorded at once: the provider may refuse the other."""
    lead = lock_lead(lead_id, Action.CONTACT, actor=actor)
    if by_sms:
        _spend_message(lead_id)
    else:
        _record(lead, Channel.COPIED, actor)
    channel = Channel.SMS if by_sms else Channel.COPIED
    return lead, ResumeLink.objects.create(lead=lead, created_by=actor, channel=channel)


@transaction.atomic
def _record_sms(lead_id: int, actor: User) -> None:
    lead = Lead.objects.select_for_update(no_key=True).get(pk=lead_id)
    _record(lead, Channel.SMS, actor)


def _record(lead: Lead, channel: Channel, actor: User) -> None:
    record(lead, EventKind.LINK_SENT, actor=actor, data={"channel": channel})


def _spend_message(lead_id: int) -> None:
    try:
        limits.spend(_limits(lead_id))
    except RateLimited as refused:
        if refused.keys == [message_limits.budget_key()]:
            raise SmsBudgetExhausted from None
        raise LinksUsedUp(refused.retry_after) from None


def _limits(lead_id: int) -> list[Limit]:
    return [
        limits.LINKS_IN_A_ROW.limit_for(lead_id),
        limits.LINKS_TO_LEAD.limit_for(lead_id),
        *message_limits.daily_budget(),
    ]


def _send(lead: Lead, link: ResumeLink, text: str) -> None:
    try:
        delivery.send_text(str(lead.phone_number), text)
    except (NumberRefused, SmsUnavailable):
        with transaction.atomic():
            link.delete()
            RateCounter.objects.give_back(_limits(lead.pk))
        raise


def token_of(link: ResumeLink) -> str:
    """The token in the URL of a link: the signed id of its row."""
    return _signer.sign(link.pk.hex)


def lead_of(token: str) -> Lead:
    """The lead of a link, which stays usable.

    Raises LinkUnusable if the link is forged, used or expired, or its person a customer or deleted.
    """
    link = ResumeLink.objects.usable().select_related("lead").filter(pk=_id_of(token)).first()
    if link is None:
        raise LinkUnusable
    return link.lead


def use(token: str, *, staff_id: int | None = None, client_ip: str = "") -> str:
    """Mark a link as used; returns the number of its lead. The timeline says who opened it.

    `staff_id`: the member of staff in whose browser that was, None for anybody else.

    Raises LinkUnusable as `lead_of` does.
    """
    phone_number = ResumeLink.objects.use(_id_of(token), staff_id=staff_id, client_ip=client_ip)
    if phone_number is None:
        raise LinkUnusable
    return phone_number


def _id_of(token: str) -> UUID:
    try:
        return UUID(_signer.unsign(token))
    except (BadSignature, ValueError):
        raise LinkUnusable from None
