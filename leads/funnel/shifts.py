"""Shifts of agents, and the assignment of new leads to those on shift, in turn."""

from django.conf import settings

from accounts.models import User
from leads import access
from leads.access import Action
from leads.models import AgentShift
from leads.team import members
from leads.timeline import ASSIGNMENT_LEASE


def shift_of(actor: User) -> AgentShift:
    """The shift of a member of staff. Raises NotPermitted if they work no leads."""
    access.require(actor, Action.CLAIM)
    return AgentShift.objects.filter(pk=actor.pk).first() or AgentShift(user=actor)


def toggle(actor: User, *, is_on: bool) -> None:
    """Begin a shift, which ends after 12 hours, or end it.

    Raises NotPermitted.
    """
    access.require(actor, Action.CLAIM)
    AgentShift.objects.toggle(actor.pk, is_on=is_on)


def assign_fresh_lead(lead_id: int | None) -> None:
    """Assign a lead to an agent as soon as it may be called, if nobody ever had it and
    `LEAD_AUTO_ASSIGN` is on. Otherwise nothing happens.

    Call it when a lead is new, and when its person says yes.
    """
    if settings.LEAD_AUTO_ASSIGN and lead_id is not None:
        AgentShift.objects.assign_next(lead_id, members(), lease=ASSIGNMENT_LEASE)
