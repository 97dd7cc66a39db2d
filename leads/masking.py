"""Decides who sees the number of a lead in full, and so who may search inside it.

Everybody else sees it masked, wherever it stands.
"""

from accounts.models import User
from accounts.phone.masking import masked
from leads import access
from leads.access import Action
from leads.models import Lead
from leads.models.lead_queryset import LeadQuerySet


def is_number_shown(lead: Lead, user: User) -> bool:
    """Whether this person owns the lead and has revealed its number."""
    return lead.revealed_at is not None and lead.is_claimed_by(user.pk)


def shown_to(user: User) -> LeadQuerySet:
    """The leads of which `is_number_shown` is true."""
    return Lead.objects.claimed_by(user.pk).filter(revealed_at__isnull=False)


def may_have_all_numbers(user: User) -> bool:
    """Whether this person may take every number out in full, so that masking hides none."""
    return access.may(user, Action.EXPORT_FULL_NUMBERS)


def number_for(lead: Lead, user: User) -> str:
    """The number of a lead as this person may see it; "" if it has none."""
    if lead.phone_number is None:
        return ""
    return lead.phone_number if is_number_shown(lead, user) else masked(lead.phone_number)
