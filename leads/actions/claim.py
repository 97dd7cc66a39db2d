"""Claims, releases and assigns leads, so that one person at a time works on each."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from leads import access
from leads.access import Action
from leads.errors import AgentNotFound, AlreadyClaimed
from leads.models import Lead
from leads.models.lead_event import EventKind
from leads.team import name_of
from leads.timeline import ASSIGNMENT_LEASE, CLAIM_LEASE, lock_lead, record
from loopin.errors import raises


@raises(*access.refusals(Action.CLAIM), AlreadyClaimed)
def claim(lead_id: int, *, actor: User) -> Lead:
    """Claim a free lead for 30 minutes, which each action of its owner renews; so does another
    claim.

    Of simultaneous callers one gets it.
    """
    access.require(actor, Action.CLAIM)
    is_claimed = Lead.objects.claim(lead_id, actor_id=actor.pk, lease=CLAIM_LEASE)
    lead: Lead | None = Lead.objects.select_related("owner").filter(pk=lead_id).first()
    if lead is not None and is_claimed:
        return lead
    if lead is not None and lead.is_claimed and lead.owner_id != actor.pk:
        raise AlreadyClaimed(name_of(lead.owner))
    return _renew(lead_id, actor)


@transaction.atomic
def _renew(lead_id: int, actor: User) -> Lead:
    lead = lock_lead(lead_id, Action.CLAIM, actor=actor)
    if not lead.is_claimed_by(actor.pk):
        raise AlreadyClaimed
    lead.extend_lease_until(timezone.now() + CLAIM_LEASE)
    lead.save(update_fields=["lease_ends_at"])
    return lead


@raises(*access.refusals(Action.RELEASE))
@transaction.atomic
def release(lead_id: int, *, actor: User) -> Lead:
    """End a claim, so that others may claim the lead; managers may end anybody's."""
    lead = lock_lead(lead_id, Action.RELEASE, actor=actor)
    if lead.owner_id is None:
        return lead
    lead.owner = lead.lease_ends_at = lead.revealed_at = None
    record(lead, EventKind.RELEASED, actor=actor)
    return lead


@raises(*access.refusals(Action.HAND_OVER), AgentNotFound)
@transaction.atomic
def assign(lead_id: int, agent: User, *, actor: User) -> Lead:
    """Make an agent the owner of a lead: managers assign any lead, agents their own. A promised
    call goes with it. Leads that may not be called are handed over as well: their page says so."""
    lead = lock_lead(lead_id, Action.HAND_OVER, actor=actor)
    if not agent.is_active or not access.may(agent, Action.SEE):
        raise AgentNotFound
    lead.owner, lead.claimed_at, lead.revealed_at = agent, timezone.now(), None
    lead.lease_ends_at = timezone.now() + ASSIGNMENT_LEASE
    lead.promise(lead.follow_up_at, agent.pk)
    record(lead, EventKind.ASSIGNED, actor=actor, data={"agent": agent.pk})
    return lead
