"""Who works on a lead: one person at a time, for as long as they are at it."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from leads import access
from leads.access import Action
from leads.errors import AgentNotFound, AlreadyHeld
from leads.models import Lead
from leads.models.lead_event import EventKind
from leads.team import name_of
from leads.timeline import LEASE, SHIFT, locked, record
from loopin.errors import raises


@raises(*access.refusals(Action.CLAIM), AlreadyHeld)
def claim(lead_id: int, *, actor: User) -> Lead:
    """Take a free lead for 30 minutes, which each action renews; taking one's own renews too.

    Of simultaneous callers one has it.
    """
    access.require(actor, Action.CLAIM)
    is_taken = Lead.objects.claim(lead_id, actor_id=actor.pk, lease=LEASE)
    lead: Lead | None = Lead.objects.select_related("owner").filter(pk=lead_id).first()
    if lead is not None and is_taken:
        return lead
    if lead is not None and lead.is_held and lead.owner_id != actor.pk:
        raise AlreadyHeld(name_of(lead.owner))
    return _renewed(lead_id, actor)


@transaction.atomic
def _renewed(lead_id: int, actor: User) -> Lead:
    lead = locked(lead_id, Action.CLAIM, actor=actor)
    if not lead.is_held_by(actor.pk):
        raise AlreadyHeld
    lead.hold_until(timezone.now() + LEASE)
    lead.save(update_fields=["lease_ends_at"])
    return lead


@raises(*access.refusals(Action.RELEASE))
@transaction.atomic
def release(lead_id: int, *, actor: User) -> Lead:
    """Let go of a lead, so that others may claim it; a manager may release anybody's."""
    lead = locked(lead_id, Action.RELEASE, actor=actor)
    if lead.owner_id is None:
        return lead
    lead.owner = lead.lease_ends_at = lead.revealed_at = None
    record(lead, EventKind.RELEASED, actor=actor)
    return lead


@raises(*access.refusals(Action.HAND_OVER), AgentNotFound)
@transaction.atomic
def assign(lead_id: int, agent: User, *, actor: User) -> Lead:
    """Give a lead to somebody, whoever holds it: managers any, its holder their own."""
    lead = locked(lead_id, Action.HAND_OVER, actor=actor)
    if not agent.is_active or not access.may(agent, Action.SEE):
        raise AgentNotFound
    lead.owner, lead.claimed_at, lead.revealed_at = agent, timezone.now(), None
    lead.lease_ends_at = timezone.now() + SHIFT
    record(lead, EventKind.ASSIGNED, actor=actor, data={"agent": agent.pk})
    return lead
