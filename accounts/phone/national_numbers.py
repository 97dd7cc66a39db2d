"""Reads the phone numbers that people type on pages, and explains what is wrong with them.

The API uses `numbers.normalise` instead, because its error messages are part of the contract.
"""

import re

import phonenumbers
from babel.lists import format_list
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from phonenumbers import PhoneMetadata, PhoneNumber, PhoneNumberType

from accounts.phone import countries, numbers

FIRST_DIGITS = {"IN": "6789"}
"""The first digits of people's mobile numbers, for countries where a short list says it.

India's numbering plan also has 1600 and 1601 among them, only for calls by banks and offices.
"""

ENTITIES = {"001", "ZZ"}
"""What phonenumbers calls numbers of no country."""


def normalise(text: str, region: str) -> str:
    """The E.164 spelling of a number typed as in `region` (ISO 3166-1), or with `+` or `00`.

    A national number may carry the trunk prefix, or its own country's code without the `+`. With
    `PHONE_VALIDATION=e164` only its length is checked, against that of mobile numbers.

    Raises ValidationError with a code that says why: `required`, `invalid_characters`, `too_short`,
    `too_long`, `wrong_length`, `landline`, `not_mobile` or `invalid`.
    """
    if not text.strip():
        raise ValidationError(_("Enter your phone number."), code="required")
    if len(text) > numbers.MAX_TYPED_CHARACTERS:
        raise ValidationError(_("This is too long for a phone number."), code="too_long")
    digits = numbers.extract_digits(text)
    if digits is None:
        message = _("Use only digits, spaces and dashes.")
        raise ValidationError(message, code="invalid_characters")
    if digits.startswith(("+", "00")):
        return _normalise_international(digits)
    return _normalise_national(digits, region)


def to_national(phone_number: str) -> tuple[str, str]:
    """The region of an E.164 number, and its national spelling; "" and the number if it has
    none."""
    region = numbers.country(phone_number)
    if region not in countries.get_allowed_regions():
        return "", phone_number
    written = phonenumbers.format_number(
        phonenumbers.parse(phone_number), phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return region, written.removeprefix(countries.calling_code(region)).strip(" -")


def _normalise_international(digits: str) -> str:
    try:
        return numbers.normalise(digits)
    except ValidationError as error:
        parsed = _parse(re.sub("^00", "+", digits), None)
        region = _get_region(parsed) if parsed else ""
        if parsed is None or not region:
            raise
        digits = phonenumbers.national_significant_number(parsed)
        raise _refusal(parsed, digits, region) from error


def _normalise_national(digits: str, region: str) -> str:
    lengths = _mobile_lengths(region)
    readings = [_parse(digits, region) for digits in (digits, digits.lstrip("0"))]
    understood = [parsed for parsed in readings if parsed is not None]
    fitting = [parsed for parsed in understood if len(_national_digits(parsed)) in lengths]
    if settings.PHONE_VALIDATION == "e164" and not fitting:
        raise _wrong_length(_nearest_mobile_digits(digits, understood, region), region)
    for parsed in fitting or understood:
        number = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
        try:
            return numbers.normalise(number)
        except ValidationError:
            raise _refusal(
                parsed, _nearest_mobile_digits(digits, understood, region), region
            ) from None
    raise _wrong_length(_nearest_mobile_digits(digits, [], region), region)


def _parse(digits: str, region: str | None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None


def _national_digits(parsed: PhoneNumber) -> str:
    return phonenumbers.national_significant_number(parsed)


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
    digits = _national_digits(understood[0]) if understood else digits.lstrip("0")
    without_code = digits.removeprefix(countries.calling_code(region).lstrip("+"))
    return min(digits, without_code, key=lambda reading: abs(_count_extra_digits(reading, region)))


def _mobile_lengths(region: str) -> tuple[int, ...]:
    """Digits of the national number, ascending; of any number where no mobile ones are known."""
    plan = PhoneMetadata.metadata_for_region(region, None)
    kinds = (plan.mobile, plan.general_desc) if plan else ()
    lengths = [kind.possible_length for kind in kinds if kind and kind.possible_length]
    return next(some for some in lengths if some != (-1,))


def _count_extra_digits(digits: str, region: str) -> int:
    """How many digits there are too many; negative if some are missing."""
    lengths = _mobile_lengths(region)
    return max(0, len(digits) - max(lengths)) + min(0, len(digits) - min(lengths))


def _refusal(parsed: PhoneNumber, digits: str, region: str) -> ValidationError:
    """The error that says why no code is sent to this number."""
    is_landline = phonenumbers.number_type(parsed) == PhoneNumberType.FIXED_LINE
    if is_landline and phonenumbers.is_valid_number(parsed):
        message = _("This is a landline number. Enter a mobile number, which can get messages.")
        return ValidationError(message, code="landline")
    if len(digits) not in _mobile_lengths(region):
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
    lengths = [str(length) for length in _mobile_lengths(region)]
    values = {
        "country": countries.name(region),
        "counts": format_list(lengths, style="or", locale=countries.locale()),
    }
    message = _("Mobile numbers in %(country)s have %(counts)s digits.") % values
    return ValidationError(message, code="wrong_length")
