"""Masks phone numbers: staff see country code and last digits until the owner of a lead reveals the
rest."""

import phonenumbers

from accounts.models import User
from leads.models import Lead

SHOWN_DIGITS = 3
GROUP = 5
DOT = "•"


def masked(phone_number: str) -> str:
    """`+91 ••••• ••376`: as many dots as digits are hidden."""
    country_code, national = _parts(phone_number)
    return _in_groups(country_code, DOT * (len(national) - SHOWN_DIGITS) + national[-SHOWN_DIGITS:])


def grouped(phone_number: str) -> str:
    """`+91 62058 29376`: the whole number in the groups of the masked one."""
    return _in_groups(*_parts(phone_number))


def is_number_shown(lead: Lead, user: User) -> bool:
    """Whether this person owns the lead and has revealed its number."""
    return lead.revealed_at is not None and lead.is_claimed_by(user.pk)


def number_for(lead: Lead, user: User) -> str:
    """The number of a lead as this person may see it; "" if it has none."""
    if lead.phone_number is None:
        return ""
    return lead.phone_number if is_number_shown(lead, user) else masked(lead.phone_number)


def _in_groups(country_code: str, national: str) -> str:
    groups = [national[i : i + GROUP] for i in range(0, len(national), GROUP)]
    return " ".join([country_code, *groups])


def _parts(phone_number: str) -> tuple[str, str]:
    try:
        parsed = phonenumbers.parse(phone_number)
    except phonenumbers.NumberParseException:
        return phone_number[:2], phone_number[2:]  # of no known country
    country_code = f"+{parsed.country_code}"
    return country_code, phone_number.removeprefix(country_code)
