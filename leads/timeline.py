"""The steps that all actions of staff share: lock the lead, check the permission, record the
event."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from leads import access
from leads.access import Action
from leads.errors import LeadNotFound
from leads.models import Lead, LeadEvent, LeadNote
from leads.models.lead_event import EventKind

CLAIM_LEASE = timedelta(minutes=30)
"""How long a claim lasts without any activity of its owner."""

ASSIGNMENT_LEASE = timedelta(hours=12)
"""How long a lead stays with the person it was assigned to, or who promised to call again."""


def lock_lead(lead_id: int, action: Action, *, actor: User) -> Lead:
    """The lead, locked until the transaction ends, if the actor may do this with it.

    Raises LeadNotFound and what `access.require` does.
    """
    lead: Lead | None = (
        Lead.objects.select_for_update(no_key=True, of=("self",)).filter(pk=lead_id).first()
    )
    if lead is None:
        access.require(actor, action)
        raise LeadNotFound
    access.require(actor, action, lead)
    return lead


def record(
    lead: Lead,
    kind: EventKind,
    *,
    actor: User,
    data: dict[str, Any] | None = None,
    note: str = "",
) -> LeadEvent:
    """Save the lead with an event in its timeline; an action of its owner renews the claim.

    `data` contains nothing personal; `note` may.
    """
    lead.last_activity_at = timezone.now()
    if lead.is_claimed_by(actor.pk):
        lead.extend_lease_until(timezone.now() + CLAIM_LEASE)
    lead.save()
    event = LeadEvent.objects.create(lead=lead, kind=kind, actor=actor, data=data or {})
    if note:
        LeadNote.objects.create(lead=lead, event=event, text=note)
    return event
