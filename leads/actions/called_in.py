"""Somebody called, and a colleague holds their lead: who that is, and a note for them.

The colleague's name is all that is told. A lead is found by its whole number, which the caller has
said, or by its own address; not by a name or by digits, which would be a way to read the desk.
"""

from django.db import transaction

from accounts.models import User
from leads import access, errors
from leads.access import Action
from leads.models import Lead
from leads.models.lead_event import EventKind
from leads.models.lead_queryset import LeadQuerySet
from leads.timeline import record
from loopin.errors import raises


def hidden_lead(leads: LeadQuerySet, user: User) -> Lead | None:
    """The first of these leads, with its owner, if a colleague holds it and hides it from this
    person; else None. One statement."""
    lead: Lead | None = leads.select_related("owner").first()
    return lead if lead is not None and access.is_hidden(user, lead) else None


@raises(*access.refusals(Action.WORK))
@transaction.atomic
def leave_note(lead_id: int, text: str, *, actor: User) -> None:
    """Write into the timeline that the person called, for whoever holds the lead.

    It renews nobody's claim but the actor's own. A lead that the actor sees is written to as by
    `write_note`.
    """
    access.require(actor, Action.WORK)
    locked = Lead.objects.select_for_update(no_key=True, of=("self",))
    lead: Lead | None = locked.filter(pk=lead_id).first()
    if lead is None:
        raise errors.LeadNotFound
    if not access.is_hidden(actor, lead):
        access.require(actor, Action.WORK, lead)
    record(lead, EventKind.NOTED, actor=actor, data={"called_in": True}, note=text)
