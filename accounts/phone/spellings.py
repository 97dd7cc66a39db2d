"""Reduces what people type, paste or have in spreadsheets for a phone number to its digits."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from loopin.rules import described
from loopin.text import spelling

MAX_CHARACTERS = 40
"""15 digits with a separator after each, and the prefix."""

_SEPARATORS = re.compile(r"[\s().\[\]/\u2010-\u2015\u2212\uff08\uff09-]")
_SCHEMES = re.compile(r"(tel|phone|whatsapp|p):", re.IGNORECASE)  # Meta's lead ads write p:
_TEXT_FORMULA = re.compile(r'="([^"]*)"')
_SCIENTIFIC_NUMBER = re.compile(r"[0-9]([.,][0-9]+)?e\+?[0-9]{1,2}", re.IGNORECASE)


@described(
    *("required", "too_long", "shortened", "invalid_characters"),
    limits={"minLength": 1, "maxLength": MAX_CHARACTERS},
)
def extract_digits(text: str) -> str:
    """The ASCII digits, perhaps after a `+`.

    Separators and invisible characters are dropped, and so is what programs put around a number:
    `tel:`, `="…"`, a leading apostrophe, and the `.0` of a column of numbers.

    Raises ValidationError with the code `required`, `too_long`, `shortened` or
    `invalid_characters`.
    """
    visible = spelling.normalise(text, MAX_CHARACTERS)
    if not visible:
        raise ValidationError(_("Enter your phone number."), code="required")
    if len(text) > MAX_CHARACTERS:
        raise ValidationError(_("This is too long for a phone number."), code="too_long")
    number = _unwrap(spelling.fold_digits(visible).replace("\uff0b", "+"))
    if _SCIENTIFIC_NUMBER.fullmatch(number):
        message = _(
            "A spreadsheet has shortened this number, and its last digits are lost."
            " Format the cells as text, and enter the number again."
        )
        raise ValidationError(message, code="shortened")
    digits = _SEPARATORS.sub("", number)
    if not re.fullmatch(r"\+?[0-9]+", digits):
        message = _("Use only digits, spaces and dashes.")
        raise ValidationError(message, code="invalid_characters")
    return digits


def _unwrap(text: str) -> str:
    """The number without what a program put around it."""
    formula = _TEXT_FORMULA.fullmatch(text)
    number = formula[1] if formula else text.removeprefix("'")
    number = _SCHEMES.sub("", number, count=1) if _SCHEMES.match(number) else number
    whole, point, decimals = number.strip().replace(",", ".").rpartition(".")
    is_decimal = point and decimals and not decimals.strip("0") and "." not in whole
    return whole if is_decimal else number.strip()
