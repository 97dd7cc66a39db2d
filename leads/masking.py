"""Decides who sees the number of a lead in full, and so who may search inside it.

Everybody else sees it masked, wherever it stands.
"""

import re

from accounts.models import User
from accounts.phone.masking import masked
from leads.access import PERMISSIONS, Action
from leads.models import Lead
from leads.models.lead_queryset import LeadQuerySet

ALL_NUMBERS = PERMISSIONS[Action.EXPORT_FULL_NUMBERS]
_WRITTEN_NUMBER = re.compile(r"\+?[0-9](?:[ ().\-]{0,2}[0-9]){6,17}")


def is_number_shown(lead: Lead, user: User) -> bool:
    """Whether this person owns the lead and has revealed its number, and may still use it."""
    is_revealed = lead.revealed_at is not None and lead.is_claimed_by(user.pk)
    return is_revealed and lead.may_be_contacted


def shown_to(user: User) -> LeadQuerySet:
    """The leads of which `is_number_shown` is true."""
    return Lead.objects.contactable().claimed_by(user.pk).filter(revealed_at__isnull=False)


def may_have_all_numbers(user: User) -> bool:
    """Whether this person may take every number out in full, so that masking hides none."""
    return user.has_perm(ALL_NUMBERS)


def number_for(lead: Lead, user: User) -> str:
    """The number of a lead as this person may see it; "" if it has none."""
    if lead.phone_number is None:
        return ""
    return lead.phone_number if is_number_shown(lead, user) else masked(lead.phone_number)


def text_for(text: str, lead: Lead, user: User) -> str:
    """What staff wrote about a lead, with its number masked as this person may see it."""
    if lead.phone_number is None or is_number_shown(lead, user):
        return text
    shown, phone_number = masked(lead.phone_number), lead.phone_number
    return _WRITTEN_NUMBER.sub(
        lambda found: shown if _is_spelling_of(phone_number, found[0]) else found[0], text
    )


def _is_spelling_of(phone_number: str, written: str) -> bool:
    """Whether these digits are the number, with its country code, without it or with a zero."""
    digits = re.sub(r"\D", "", written).lstrip("0")
    return phone_number.endswith(digits)
