"""Explains what is wrong with a number, and which number may be meant."""

from collections.abc import Iterator

import phonenumbers
from babel.lists import format_list
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from phonenumbers import PhoneNumber, PhoneNumberType

from accounts.phone import countries
from accounts.phone.grouping import in_groups
from accounts.phone.numbering_plan import (
    FIRST_DIGITS,
    begins_as_mobile,
    mobile_lengths,
    national_digits,
    parse,
)

CODES = ("invalid", "landline", "not_mobile", "too_short", "too_long", "wrong_length")
"""Of the errors that this module makes."""

ENTITIES = {"001", "ZZ"}
"""What phonenumbers calls numbers of no country."""


def of_international(parsed: PhoneNumber | None) -> ValidationError:
    """The error for a number that has its country code; `parsed` is None if it cannot be one."""
    region = _get_region(parsed) if parsed else ""
    if parsed is None or not region:
        message = _("Enter a phone number with its country code, such as +91 62058 29376.")
        return ValidationError(message, code="invalid")
    return _refusal(parsed, national_digits(parsed), region)


def of_national(digits: str, understood: list[PhoneNumber], region: str) -> ValidationError:
    """The error for a number of the region. `understood`: the ways in which it can be read."""
    nearest = _nearest_mobile_digits(digits, understood, region)
    if understood:
        error = _refusal(understood[0], nearest, region)
    else:
        error = _wrong_length(nearest, region)
    if meant := next(_find_similar(digits, nearest, region), None):
        question = _("Did you mean %(number)s?") % {"number": meant}
        return ValidationError(f"{error.message} {question}", code=error.code)
    return error


def _find_similar(digits: str, nearest: str, region: str) -> Iterator[str]:
    """Numbers that differ from what was typed by a slip, as people write them.

    First those of the region: without one digit of a double one, or without the zero that is left
    of a spreadsheet's `.0`. Then the one of which only the `+` is missing.
    """
    doubles = [n for n in range(1, len(nearest)) if nearest[n] == nearest[n - 1]]
    shorter = [nearest[:n] + nearest[n + 1 :] for n in doubles]
    if nearest.endswith("0"):
        shorter.append(nearest[:-1])
    code = countries.calling_code(region)
    for number in [*(f"{code}{one}" for one in shorter), f"+{digits}"]:
        parsed = parse(number, None)
        if parsed is not None and begins_as_mobile(parsed):
            yield in_groups(parsed)


def _get_region(parsed: PhoneNumber) -> str:
    """The region of a number; "" for none.

    If the number fits none of the regions that share its calling code, it is the largest of them.
    """
    shared = phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    region = phonenumbers.region_code_for_number(parsed) or shared
    return "" if region in ENTITIES else region


def _nearest_mobile_digits(digits: str, understood: list[PhoneNumber], region: str) -> str:
    """The digits, with or without the country's own code, that are nearest to a mobile number's
    length."""
    digits = national_digits(understood[0]) if understood else digits.lstrip("0")
    without_code = digits.removeprefix(countries.calling_code(region).lstrip("+"))
    return min(digits, without_code, key=lambda reading: abs(_count_extra_digits(reading, region)))


def _count_extra_digits(digits: str, region: str) -> int:
    """How many digits there are too many; negative if some are missing."""
    lengths = mobile_lengths(region)
    return max(0, len(digits) - max(lengths)) + min(0, len(digits) - min(lengths))


def _refusal(parsed: PhoneNumber, digits: str, region: str) -> ValidationError:
    """The error that says why no code is sent to this number."""
    is_landline = phonenumbers.number_type(parsed) == PhoneNumberType.FIXED_LINE
    if is_landline and phonenumbers.is_valid_number(parsed):
        message = _("This is a landline number. Enter a mobile number, which can get messages.")
        return ValidationError(message, code="landline")
    if len(digits) not in mobile_lengths(region):
        return _wrong_length(digits, region)
    values = {"country": countries.name(region)}
    firsts = FIRST_DIGITS.get(region, "")
    if firsts and digits[0] not in firsts:
        values["digits"] = format_list(list(firsts), style="or", locale=countries.locale())
        message = _("Mobile numbers in %(country)s begin with %(digits)s.") % values
        return ValidationError(message, code="not_mobile")
    message = _("This is not a mobile number in %(country)s.") % values
    return ValidationError(message, code="not_mobile")


def _wrong_length(digits: str, region: str) -> ValidationError:
    count = _count_extra_digits(digits, region)
    if count < 0:
        message = ngettext(
            "This number is one digit short.", "This number is %(count)s digits short.", -count
        )
        return ValidationError(message % {"count": -count}, code="too_short")
    if count > 0:
        message = ngettext(
            "This number is one digit too long.", "This number is %(count)s digits too long.", count
        )
        return ValidationError(message % {"count": count}, code="too_long")
    lengths = [str(length) for length in mobile_lengths(region)]
    values = {
        "country": countries.name(region),
        "counts": format_list(lengths, style="or", locale=countries.locale()),
    }
    message = _("Mobile numbers in %(country)s have %(counts)s digits.") % values
    return ValidationError(message, code="wrong_length")
