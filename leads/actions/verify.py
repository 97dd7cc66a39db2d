"""Verifies a number by hand, for people who cannot receive a code, and undoes it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Session, User
from leads import access
from leads.access import Action
from leads.errors import AlreadyVerified, CannotUndo, LeadNotFound
from leads.models import Lead
from leads.models.lead_event import EventKind
from leads.timeline import lock_lead, record

UNDO_WINDOW = timedelta(minutes=15)


@transaction.atomic
def verify_by_hand(lead_id: int, reason: str, *, actor: User) -> Lead:
    """Vouch for a person's number: the account exists, and the next sign-in completes the profile.

    Raises AlreadyVerified and what `access.require` does.
    """
    lead = Lead.objects.filter(pk=lead_id).first()
    access.require(actor, Action.VERIFY, lead)
    if lead is None or lead.phone_number is None:
        raise LeadNotFound
    # The account is locked before the lead, as everywhere, so that no two transactions wait for
    # each other.
    is_known = User.objects.filter(phone_number=lead.phone_number).exists()
    account = User.objects.get_or_create_verified(lead.phone_number)
    lead = lock_lead(lead_id, Action.VERIFY, actor=actor)
    if lead.verified_at or lead.phone_number != account.phone_number:
        raise AlreadyVerified
    lead.user_id, lead.verified_at = account.pk, timezone.now()
    data = {"account": "found" if is_known else "created"}
    record(lead, EventKind.VERIFIED_BY_HAND, actor=actor, data=data, note=reason)
    return lead


@transaction.atomic
def undo_verification(lead_id: int, *, actor: User) -> Lead:
    """Take it back within 15 minutes, unless the person has signed in meanwhile.

    Raises CannotUndo and what `access.require` does.
    """
    access.require(actor, Action.VERIFY)
    known = Lead.objects.filter(pk=lead_id).first()
    user = User.objects.select_for_update().filter(lead=lead_id).first()
    lead = lock_lead(lead_id, Action.VERIFY, actor=actor)
    event = lead.events.filter(kind=EventKind.VERIFIED_BY_HAND).first()
    if known is None or user is None or event is None or not lead.verified_at:
        raise CannotUndo
    if event.created_at < timezone.now() - UNDO_WINDOW:
        raise CannotUndo(_("This can be taken back for 15 minutes only."))
    if Session.objects.filter(user=user).exists():
        raise CannotUndo(_("The person has signed in since."))
    lead.user = lead.verified_at = None
    record(lead, EventKind.VERIFICATION_UNDONE, actor=actor)
    _undo_account(user, was_created=event.data["account"] == "created")
    return lead


def _undo_account(user: User, *, was_created: bool) -> None:
    if was_created:
        user.delete()
    else:
        user.is_verified = False
        user.save(update_fields=["is_verified"])


def may_undo_until(lead: Lead, vouched_at: datetime | None) -> datetime | None:
    """Until when the last verification by hand can be undone; None if it cannot."""
    if not lead.verified_at or vouched_at is None or vouched_at < timezone.now() - UNDO_WINDOW:
        return None
    return vouched_at + UNDO_WINDOW
