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
    _forget(lead.phone_number, lead.user_id or _account_of(phone_number=lead.phone_number))
    LeadEvent.objects.create(lead=lead, kind=EventKind.DELETION_ASKED, actor=actor)


@transaction.atomic
def forget_recipient(recipient: str) -> bool:
    """Delete the person of a number (E.164) or of the e-mail address of an account, whether they
    have a lead, an account or both; False if there is neither. The caller decides who may do that.
    """
    is_email = "@" in recipient
    found = {"email__iexact" if is_email else "phone_number": recipient}
    account_id = _account_of(**found)
    has_lead = not is_email and Lead.objects.filter(phone_number=recipient).exists()
    if account_id is None and not has_lead:
        return False
    _forget(recipient, account_id)
    return True


def _forget(phone_number: str, account_id: int | None) -> None:
    """A number that got an account meanwhile is forgotten with it."""
    if account_id is None and privacy.forget_number(phone_number):
        Lead.objects.forget(user_id=None, phone_number=phone_number)
        return
    privacy.forget(account_id or _account_of(phone_number=phone_number) or 0)


def _account_of(**found: str) -> int | None:
    """The account of a number that no step of the sign-up has joined to its lead, or of an e-mail
    address."""
    accounts = User.objects.filter(is_staff=False, **found).order_by("pk")
    return accounts.values_list("pk", flat=True).first()
