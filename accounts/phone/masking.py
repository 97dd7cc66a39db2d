"""Writes phone numbers for people who may not read them: the country code and the last digits."""

import phonenumbers

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
