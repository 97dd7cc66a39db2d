"""Reads the many spellings of a phone number into the one that the database has (E.164)."""

import re
import unicodedata

import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models.user import E164_PATTERN

MAX_TYPED_CHARACTERS = 40
"""15 digits with a separator after each, and the prefix."""

WITHOUT_MESSAGES = {
    phonenumbers.PhoneNumberType.FIXED_LINE,
    phonenumbers.PhoneNumberType.TOLL_FREE,
    phonenumbers.PhoneNumberType.PREMIUM_RATE,
    phonenumbers.PhoneNumberType.SHARED_COST,
}
"""Kinds of numbers that cannot get an SMS, or for which the sender would be charged extra."""

_SEPARATORS = re.compile(r"[\s().\[\]/\u2010-\u2015\u2212\uff08\uff09-]")
_INVISIBLE = {"Cf"}  # direction marks and joiners, which phone books add when a number is copied


def normalise(text: str) -> str:
    """The E.164 spelling (`+916205829376`) of a number typed with its country code.

    Spaces, dashes, dots and brackets are dropped; `00` or nothing may stand for the `+`; digits of
    any script count. With `PHONE_VALIDATION=valid` the number must also exist in its country's
    numbering plan.

    Raises ValidationError with the code `required` or `invalid`.
    """
    if not text.strip():
        raise ValidationError(_("Enter your phone number."), code="required")
    digits = _international_digits(text) if len(text) <= MAX_TYPED_CHARACTERS else None
    number = _canonical(f"+{digits}") if digits else None
    if number is None or not re.match(E164_PATTERN, number):
        raise ValidationError(
            _("Enter a phone number with its country code, such as +91 62058 29376."),
            code="invalid",
        )
    return number


def country(phone_number: str) -> str:
    """The ISO 3166-1 country ("IN") of an E.164 number, or "" where none is known."""
    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(phone_number)) or ""
    except phonenumbers.NumberParseException:
        return ""
    return region if len(region) == 2 else ""  # "001" stands for numbers of no country


def _international_digits(text: str) -> str | None:
    """The ASCII digits after the `+` or `00`; None if there are other characters."""
    digits = extract_digits(text)
    return re.sub(r"^(\+|00)", "", digits) if digits else None


def extract_digits(text: str) -> str | None:
    """The ASCII digits, perhaps after a `+`; None if there are other characters."""
    visible = "".join(c for c in text if unicodedata.category(c) not in _INVISIBLE)
    ascii_text = "".join(normalise_digit(c) for c in visible)
    digits = _SEPARATORS.sub("", ascii_text)
    return digits if re.fullmatch(r"\+?[0-9]+", digits) else None


def normalise_digit(character: str) -> str:
    """The ASCII character for a digit of any script or a full-width plus; others stay."""
    return "+" if character == "\uff0b" else str(unicodedata.decimal(character, character))


def _canonical(number: str) -> str | None:
    """The number without a trunk zero after the country code; None if it is refused."""
    must_exist = settings.PHONE_VALIDATION == "valid"
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return None if must_exist else number
    if must_exist and not _can_get_messages(parsed):
        return None
    canonical = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    # The result may begin with a trunk zero again, and one number must have one spelling.
    return canonical if canonical == number else _canonical(canonical)


def _can_get_messages(number: phonenumbers.PhoneNumber) -> bool:
    is_valid = phonenumbers.is_valid_number(number)
    return is_valid and phonenumbers.number_type(number) not in WITHOUT_MESSAGES
