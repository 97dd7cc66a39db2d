"""What the numbering plans of countries say of a number: its length, its kind, old prefixes."""

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumber, PhoneNumberType

FIRST_DIGITS = {"IN": "6789"}
"""The first digits of people's mobile numbers, for countries where a short list says it.

India's numbering plan also has 1600 and 1601 among them, only for calls by banks and offices.
"""

WITHOUT_MESSAGES = {
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.PERSONAL_NUMBER,
    PhoneNumberType.PAGER,
    PhoneNumberType.UAN,
    PhoneNumberType.VOICEMAIL,
}
"""Kinds of numbers that no person has, that cannot get an SMS, or that cost the sender extra."""

REMEMBERED = 1024
"""One request reads the same number several times, and each takes 50 µs."""

_OLD_PREFIXES = {52: re.compile(r"(1|01|044|045)(?=[0-9]{10}$)")}
"""What numbers of a calling code once had in front. Mexico dropped these in 2019 (IFT, plan of
2018), and phone books still have them."""


@lru_cache(maxsize=REMEMBERED)
def parse(digits: str, region: str | None, *, keep_raw_input: bool = False) -> PhoneNumber | None:
    """The number without an old prefix of its country; None if it cannot be one.

    Nobody changes what it returns, because the next one to ask gets the same.
    """
    try:
        parsed = phonenumbers.parse(digits, region, keep_raw_input=keep_raw_input)
    except phonenumbers.NumberParseException:
        return None
    old_prefix = _OLD_PREFIXES.get(parsed.country_code or 0)
    if old_prefix and old_prefix.match(national_digits(parsed)):
        current = old_prefix.sub("", national_digits(parsed))
        return parse(f"+{parsed.country_code}{current}", None)
    return parsed


def has_exit_code(digits: str, region: str) -> bool:
    """Whether digits begin as a call from the region to another country does."""
    plan = PhoneMetadata.metadata_for_region(region, None)
    return bool(plan and re.match(plan.international_prefix or "(?!)", digits))


def national_digits(parsed: PhoneNumber) -> str:
    return str(phonenumbers.national_significant_number(parsed))


def mobile_lengths(region: str) -> tuple[int, ...]:
    """Digits of the national number, ascending; of any number where no mobile ones are known."""
    plan = PhoneMetadata.metadata_for_region(region, None)
    kinds = (plan.mobile, plan.general_desc) if plan else ()
    lengths = [kind.possible_length for kind in kinds if kind and kind.possible_length]
    return next(some for some in lengths if some != (-1,))


def can_get_messages(number: PhoneNumber) -> bool:
    """Whether the number exists and is of a kind that people have."""
    kind = phonenumbers.number_type(number)
    return kind not in WITHOUT_MESSAGES and _begins_as_mobile(number, kind)


def begins_as_mobile(number: PhoneNumber) -> bool:
    """Whether the number exists, with one of the first digits of mobile numbers in its country."""
    return _begins_as_mobile(number, phonenumbers.number_type(number))


def _begins_as_mobile(number: PhoneNumber, kind: int) -> bool:
    """A number exists if its region has a kind of numbers to which it belongs."""
    region = phonenumbers.region_code_for_number(number)
    if region is None or kind == PhoneNumberType.UNKNOWN:
        return False
    return national_digits(number)[0] in FIRST_DIGITS.get(region, "0123456789")
