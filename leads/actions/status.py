"""Changes the status of a lead, as far as the rules of statuses allow."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from leads import access
from leads.access import Action
from leads.errors import IllegalStatus
from leads.models import Lead
from leads.models.lead_choices import GIVEN_UP, NEXT, Status
from leads.models.lead_consent import Proof
from leads.models.lead_event import EventKind
from leads.timeline import lock_lead, record
from loopin.errors import raises


def choices_after(status: str) -> list[Status]:
    """The statuses that may follow, in the order of the funnel."""
    return [choice for choice in Status if choice in NEXT[Status(status)]]


@raises(*access.refusals(Action.WORK), IllegalStatus)
@transaction.atomic
def change_status(lead_id: int, status: Status, *, actor: User, note: str = "") -> Lead:
    """Set the status; the same one again changes nothing.

    "Do not contact" is the person's no, told to staff. It outlasts the status: a manager may take
    the status back, and a person alone who proves the number takes back the no.
    """
    lead = lock_lead(lead_id, Action.WORK, actor=actor)
    if status == lead.status:
        return lead
    _refuse_illegal(Status(lead.status), status, actor)
    data = {"from": lead.status, "to": status.value}
    lead.status = status
    if status == Status.DO_NOT_CONTACT and lead.refused_at is None:
        _refuse_contact(lead)
    if status in GIVEN_UP:
        lead.follow_up_at = None
    record(lead, EventKind.STATUS_CHANGED, actor=actor, data=data, note=note)
    return lead


def _refuse_contact(lead: Lead) -> None:
    lead.consent_at, lead.refused_at = None, timezone.now()
    lead.consent_version, lead.consent_proof = "", Proof.STAFF


def _refuse_illegal(before: Status, after: Status, actor: User) -> None:
    if after == Status.CONVERTED:
        raise IllegalStatus(_("A completed profile alone makes a customer."))
    if before == Status.DO_NOT_CONTACT and not actor.has_perm("leads.assign_leads"):
        raise IllegalStatus(_("Only a sales manager may take back that somebody is not contacted."))
    if after not in NEXT[before]:
        words = _("%(before)s cannot be followed by %(after)s.")
        raise IllegalStatus(words % {"before": before.label, "after": after.label})
