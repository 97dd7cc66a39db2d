"""Writes whole phone numbers as people of their country do: `+91 62058 29376`.

The database and the API have the E.164 spelling without spaces.
"""

import re

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat

from accounts.models.user import E164_PATTERN
from accounts.phone.numbering_plan import national_digits, parse


def grouped(text: str) -> str:
    """An E.164 number in groups; any other text, such as an e-mail address, as it is."""
    parsed = parse(text, None) if re.match(E164_PATTERN, text) else None
    return text if parsed is None else in_groups(parsed)


def in_groups(parsed: PhoneNumber) -> str:
    """Some of India's mobile numbers begin as the landlines of a city do, and phonenumbers would
    group them like those."""
    digits = national_digits(parsed)
    if phonenumbers.region_code_for_number(parsed) == "IN":
        return f"+91 {digits[:5]} {digits[5:]}"
    return str(phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL))
