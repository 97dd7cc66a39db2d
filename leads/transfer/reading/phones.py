"""Finds the phone number of a row: which of its cells has it, and what is left of that cell."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.phone import numbers
from leads.transfer.reading.cells import is_blank, is_masked
from loopin.text import spelling

MAX_CELL = 200
"""Characters of a cell in which a number is looked for among others."""

NOT_CALLABLE = {"landline", "not_mobile"}
"""The codes of numbers that are understood, and that no person has or no message reaches."""

_LABEL = re.compile(
    r"^(?:mob(?:ile)?|ph(?:one)?|tel|cell|contact|whatsapp|wa|m|t|मोबाइल|मो|फ़ोन|फोन)"
    r"(?:[ .]*(?:no|number|num))?\s*[.:\-–]*\s*(?=[+(0-9०-९])",
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"\s*[(\[][^()\[\]0-9०-९]+[)\]]\s*$|\s+(?:whatsapp|office|home|mobile)\s*$", re.I
)
_SEVERAL = re.compile(r"\s*(?:[,;|/&\n]|:::|\bor\b|\band\b|\bया\b|\s(?=\+))\s*", re.IGNORECASE)
_MADE_UP = re.compile(r"(?:([0-9])\1{7}|9876543210|1234567890)$")


@dataclass(frozen=True)
class Refusal:
    """Why a row is no lead. `code`: `number_missing`, `number_masked`, `number_unreadable` or
    `number_not_callable`. `column`: its place, from 0; None if no cell has anything."""

    code: str
    reason: str
    column: int | None


@dataclass(frozen=True)
class Doubt:
    """Why somebody should look at a number that was read. `code`: `several_numbers`,
    `words_around_number` or `made_up_number`."""

    code: str
    reason: str


@dataclass(frozen=True)
class FoundNumber:
    """A number in E.164, and the column that has it. `rest`: further numbers of the same cell.
    `refusal`: what is wrong with an earlier column, if a further one has the number."""

    phone_number: str
    column: int
    rest: list[str]
    doubts: list[Doubt]
    refusal: Refusal | None


def find(
    cells: Sequence[str], columns: Sequence[int], *, region: str, country_code: str = ""
) -> FoundNumber | Refusal:
    """The number of a row: that of the first of the columns that has a readable one.

    `columns`: where numbers may be, the best first. `region`: of numbers without a country code.
    `country_code`: a cell that says it for the first column, such as `+91`, `91` or `IN`.
    """
    refusal: Refusal | None = None
    for column in columns:
        if is_blank(cells[column]):
            continue
        try:
            own_region = _region_of(country_code) if column == columns[0] else ""
            number, rest, doubts = _read(cells[column], own_region or region)
        except ValidationError as error:
            refusal = refusal or _refusal(cells[column], error, column)
            continue
        return FoundNumber(number, column, rest, doubts, refusal)
    return refusal or Refusal("number_missing", _("There is no phone number in this row."), None)


def _region_of(country_code: str) -> str:
    """The region that a cell names; "" for a blank one. Raises ValidationError for an unknown
    one."""
    if is_blank(country_code):
        return ""
    code = spelling.fold_digits(country_code).strip().removesuffix(".0").lstrip("+0").upper()
    region = code
    if code.isascii() and code.isdigit():
        region = str(phonenumbers.region_code_for_country_code(int(code[:4])))
    if region not in phonenumbers.SUPPORTED_REGIONS:
        raise ValidationError(_("This country code is not known."), code="invalid")
    return region


def _refusal(cell: str, error: ValidationError, column: int) -> Refusal:
    if is_masked(cell[:MAX_CELL]):
        words = _("This number is masked. Export the list again, with full numbers.")
        return Refusal("number_masked", words, column)
    code = "number_not_callable" if error.code in NOT_CALLABLE else "number_unreadable"
    return Refusal(code, " ".join(error.messages), column)


def _read(cell: str, region: str) -> tuple[str, list[str], list[Doubt]]:
    """The number of a cell, its further numbers and the doubts. Raises ValidationError."""
    try:
        number = numbers.normalise(cell, region)
    except ValidationError:
        if len(cell) > MAX_CELL:
            raise
        number, rest, doubts = _read_among_others(cell, region)
    else:
        rest, doubts = [], []
    if _MADE_UP.search(number):
        doubts = [*doubts, Doubt("made_up_number", _("This number looks made up."))]
    return number, rest, doubts


def _read_among_others(cell: str, region: str) -> tuple[str, list[str], list[Doubt]]:
    """The first complete number of a cell with several, or with words around its number.

    Raises the error of the whole cell if none of its parts is a number.
    """
    parts = [part for part in _SEVERAL.split(cell) if part]
    read = [_read_with_words(part, region) for part in parts]
    first = next((at for at, number in enumerate(read) if number), None)
    if first is None:
        number = _read_with_words(cell, region) or numbers.normalise(cell, region)
        rest: list[str] = []
    else:
        number = read[first]
        rest = [part for at, part in enumerate(parts) if read[at] != number]
    if rest:
        doubt = Doubt("several_numbers", _("This cell has more than one number."))
    else:
        doubt = Doubt("words_around_number", _("Words stand around this number."))
    return number, rest, [doubt]


def _read_with_words(text: str, region: str) -> str:
    """The number of a text without the words that people write around one; "" if there is none."""
    bare = _REMARK.sub("", _LABEL.sub("", text.strip(), count=1))
    try:
        return numbers.normalise(bare, region)
    except ValidationError:
        return ""
