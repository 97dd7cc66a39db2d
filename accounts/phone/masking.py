"""Writes phone numbers for people who may not read them: the country code and the last digits.

The groups are alike in every country, because those of a whole number depend on its first digits.
"""

import phonenumbers

SHOWN_DIGITS = 3
GROUP = 5
DOT = "•"

MASKED_EXAMPLE = "+91 ••••• ••376"
"""For descriptions of the API."""


def masked(phone_number: str) -> str:
    """`+91 ••••• ••376`: as many dots as digits are hidden."""
    country_code, national = _parts(phone_number)
    shown = DOT * (len(national) - SHOWN_DIGITS) + national[-SHOWN_DIGITS:]
    groups = [shown[i : i + GROUP] for i in range(0, len(shown), GROUP)]
    return " ".join([country_code, *groups])


def _parts(phone_number: str) -> tuple[str, str]:
    try:
        parsed = phonenumbers.parse(phone_number)
    except phonenumbers.NumberParseException:
        return phone_number[:2], phone_number[2:]  # of no known country
    country_code = f"+{parsed.country_code}"
    return country_code, phone_number.removeprefix(country_code)
