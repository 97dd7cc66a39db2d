"""Changes the status of a lead, as far as the rules of statuses allow."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from leads import access
from leads.access import Action
from leads.errors import DoNotContact, IllegalStatus
from leads.models import Lead
from leads.models.lead_choices import Status
from leads.models.lead_consent import Proof
from leads.models.lead_event import EventKind
from leads.models.lead_status import Actor, may_follow
from leads.team import MANAGES
from leads.timeline import lock_lead, record
from loopin.errors import raises


@raises(access.require_contactable, IllegalStatus)
def move(lead: Lead, after: Status, *, actor: User) -> bool:
    """Put a locked lead into a status, which the caller saves; False if it is in it already.

    Everything that staff do to a status comes here. "Do not contact" is the person's no, told to
    staff. It outlasts the status: a manager may take the status back, and a person alone who proves
    the number takes back the no.
    """
    before = Status(lead.status)
    if after == before:
        return False
    if after == Status.FOLLOW_UP:
        access.require_contactable(lead)
    by = Actor.MANAGER if actor.has_perm(MANAGES) else Actor.AGENT
    has_refused = lead.refused_at is not None
    if not may_follow(before, after, by, has_refused=has_refused):
        raise IllegalStatus(_reason(before, after, by, has_refused=has_refused))
    lead.move_to(after, by)
    if after == Status.DO_NOT_CONTACT and not has_refused:
        lead.refuse(Proof.STAFF)
    return True


def _reason(before: Status, after: Status, by: Actor, *, has_refused: bool) -> str:
    if after == Status.CONVERTED:
        return _("A completed profile alone makes a customer.")
    if before == Status.DO_NOT_CONTACT and by is Actor.AGENT:
        return _("Only a sales manager may take back that somebody is not contacted.")
    if has_refused and may_follow(before, after, by):
        return str(DoNotContact.message)
    words = _("%(before)s cannot be followed by %(after)s.")
    return words % {"before": before.label, "after": after.label}


@raises(*access.refusals(Action.WORK), move)
@transaction.atomic
def change_status(lead_id: int, status: Status, *, actor: User, note: str = "") -> Lead:
    """Set the status; the same one again changes nothing."""
    lead = lock_lead(lead_id, Action.WORK, actor=actor)
    data = {"from": lead.status, "to": status.value}
    if move(lead, status, actor=actor):
        record(lead, EventKind.STATUS_CHANGED, actor=actor, data=data, note=note)
    return lead
