"""Deletes a person who asks for it, from the page of their lead."""

from django.db import transaction

from accounts.models import User
from accounts.privacy import flows as privacy
from leads import access
from leads.access import Action
from leads.errors import LeadNotFound
from leads.models import Lead, LeadEvent
from leads.models.lead_event import EventKind


@transaction.atomic
def forget(lead_id: int, *, actor: User) -> None:
    """Delete the account, the notes and the number of a person. The counts of the insights stay.

    Raises LeadNotFound and what `access.require` does.
    """
    lead = Lead.objects.filter(pk=lead_id).first()
    access.require(actor, Action.FORGET, lead)
    if lead is None or lead.phone_number is None:
        raise LeadNotFound
    account_id = lead.user_id or _account_of(lead.phone_number)
    if account_id:
        privacy.forget(account_id)
    else:
        privacy.forget_number(lead.phone_number)
        Lead.objects.forget(user_id=None, phone_number=lead.phone_number)
    LeadEvent.objects.create(lead=lead, kind=EventKind.DELETION_ASKED, actor=actor)


def _account_of(phone_number: str) -> int | None:
    """The account of a number that no step of the sign-up has joined to its lead."""
    account = User.objects.filter(phone_number=phone_number)
    return account.values_list("pk", flat=True).first()
