"""Reads the many spellings of a phone number into the one that the database has (E.164).

Every door reads numbers here: the API, the pages, imports, searches and the admin. A number without
a country code is one of the chosen or the default country, and never of another.
"""

import re
from functools import lru_cache

import phonenumbers
from django.conf import settings
from phonenumbers import CountryCodeSource, PhoneNumber, PhoneNumberFormat

from accounts.models.user import E164_PATTERN
from accounts.phone import countries, refusals, spellings
from accounts.phone.numbering_plan import (
    can_get_messages,
    has_exit_code,
    mobile_lengths,
    national_digits,
    parse,
)
from loopin.rules import described


@described(
    spellings.extract_digits,
    *refusals.CODES,
    limits={"minLength": 1, "maxLength": spellings.MAX_CHARACTERS},
)
def normalise(text: str, region: str = "") -> str:
    """The E.164 spelling (`+916205829376`) of a number.

    `region` (ISO 3166-1), or `DEFAULT_COUNTRY`: where a number belongs that begins with neither `+`
    nor `00` nor the region's own exit code. It may carry the trunk prefix, or the region's own
    country code. With `PHONE_VALIDATION=valid` the number must exist in its numbering plan and be
    of a kind that people have; with `e164` a national number must have a mobile number's length.

    Raises ValidationError with a code that says why: `required`, `invalid_characters`, `shortened`,
    `too_short`, `too_long`, `wrong_length`, `landline`, `not_mobile` or `invalid`.
    """
    digits = spellings.extract_digits(text)
    region = region or settings.DEFAULT_COUNTRY
    international = _find_international(digits, region)
    if international:
        return _normalise_international(international)
    return _normalise_national(digits, region)


REMEMBERED = 1024
"""Limits and metrics of one request ask for the country of one number several times, and reading it
takes 20 µs. Whoever types a code sends the number again that asked for it: that takes 60 µs."""


@lru_cache(maxsize=REMEMBERED)
def country(phone_number: str) -> str:
    """The ISO 3166-1 country ("IN") of an E.164 number, or "" where none is known."""
    parsed = parse(phone_number, None)
    region = parsed and phonenumbers.region_code_for_number(parsed)
    return region if region and len(region) == 2 else ""  # "001" stands for no country


def to_national(phone_number: str) -> tuple[str, str]:
    """The region of an E.164 number, and its national spelling; "" and the number if it has
    none."""
    region = country(phone_number)
    if region not in countries.get_allowed_regions():
        return "", phone_number
    written = phonenumbers.format_number(
        phonenumbers.parse(phone_number), PhoneNumberFormat.INTERNATIONAL
    )
    return region, written.removeprefix(countries.calling_code(region)).strip(" -")


def _find_international(digits: str, region: str) -> str:
    """The number with its `+`; "" if it has no sign that a country code follows."""
    if digits.startswith("+"):
        return digits
    is_possible = has_exit_code(digits, region)
    parsed = parse(digits, region, keep_raw_input=True) if is_possible else None
    with_exit_code = CountryCodeSource.FROM_NUMBER_WITH_IDD
    if parsed and parsed.country_code_source == with_exit_code:
        return _to_e164(parsed)
    return re.sub("^00", "+", digits) if digits.startswith("00") else ""


def _normalise_international(number: str) -> str:
    canonical = _canonical(number, settings.PHONE_VALIDATION == "valid")
    if canonical and re.match(E164_PATTERN, canonical):
        return canonical
    raise refusals.of_international(parse(number, None))


def _normalise_national(digits: str, region: str) -> str:
    readings = [parse(written, region) for written in dict.fromkeys((digits, digits.lstrip("0")))]
    understood = [parsed for parsed in readings if parsed is not None]
    fitting = [p for p in understood if len(national_digits(p)) in mobile_lengths(region)]
    for parsed in fitting:
        if canonical := _canonical(_to_e164(parsed), settings.PHONE_VALIDATION == "valid"):
            return canonical
    raise refusals.of_national(digits, fitting or understood, region)


@lru_cache(maxsize=REMEMBERED)
def _canonical(number: str, must_exist: bool) -> str | None:
    """The number without a trunk zero after the country code; None if it is refused."""
    parsed = parse(number, None)
    if parsed is None:
        return None if must_exist else number
    if must_exist and not can_get_messages(parsed):
        return None
    canonical = _to_e164(parsed)
    # The result may begin with a trunk zero again, and one number must have one spelling.
    return canonical if canonical == number else _canonical(canonical, must_exist)


def _to_e164(parsed: PhoneNumber) -> str:
    return str(phonenumbers.format_number(parsed, PhoneNumberFormat.E164))
