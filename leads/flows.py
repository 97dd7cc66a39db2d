"""What staff do with leads: each an atomic action that writes the timeline."""

from django.db import transaction

from accounts.models import User
from leads.models import Lead, LeadEvent
from leads.models.lead import Status
from leads.models.lead_event import EventKind


@transaction.atomic
def verify_by_hand(lead: Lead, *, actor: User) -> bool:
    """Vouch for a person's number: the account exists, and the next sign-in completes the profile.

    False if the lead already is verified, or the person was forgotten.
    """
    if lead.phone_number is None:
        return False
    # The account before the lead, like everybody who locks both.
    account = User.objects.with_proven_phone(lead.phone_number)
    if Lead.objects.select_for_update().get(pk=lead.pk).verified_at:
        return False
    return Lead.objects.advance(
        account.phone_number,
        EventKind.VERIFIED_BY_HAND,
        user_id=account.pk,
        is_verified=True,
        actor_id=actor.pk,
    )


@transaction.atomic
def change_status(lead: Lead, status: str, *, actor: User) -> bool:
    """Set what staff made of the lead; False if that is what it was.

    Nobody is made a customer by hand: a completed profile does that. Raises ValueError.
    """
    if status == Status.CONVERTED:
        raise ValueError("a lead is converted by its profile alone")
    changed = Lead.objects.filter(pk=lead.pk, converted_at=None).exclude(status=status)
    if not changed.update(status=status):
        return False
    LeadEvent.objects.create(
        lead=lead, kind=EventKind.STATUS_CHANGED, actor=actor, data={"status": status}
    )
    return True
