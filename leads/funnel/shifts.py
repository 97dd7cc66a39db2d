"""Who takes fresh leads: those on shift, in turn."""

from django.conf import settings

from accounts.models import User
from leads import access
from leads.access import Action
from leads.models import AgentShift
from leads.team import members
from leads.timeline import SHIFT


def shift_of(actor: User) -> AgentShift:
    """Raises NotPermitted for somebody who works no leads."""
    access.require(actor, Action.CLAIM)
    return AgentShift.objects.filter(pk=actor.pk).first() or AgentShift(user=actor)


def toggle(actor: User, *, is_on: bool) -> None:
    """Begin a shift, which ends by itself after 12 hours, or end it.

    Raises NotPermitted.
    """
    access.require(actor, Action.CLAIM)
    AgentShift.objects.toggle(actor.pk, is_on=is_on)


def give_fresh(advanced: tuple[int, bool] | None) -> None:
    """Give what `Lead.objects.advance` made to an agent, if it is a fresh lead and
    `LEAD_AUTO_ASSIGN` is on; nothing otherwise, without a statement."""
    if settings.LEAD_AUTO_ASSIGN and advanced is not None and advanced[1]:
        AgentShift.objects.give(advanced[0], members(), lease=SHIFT)
