"""Reads the file of an import: an upload becomes the leads to write, and the reasons of refused
rows."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext as _

from accounts import rules
from accounts.phone import numbers
from leads import rules as lead_rules
from leads.models.lead_note import MAX_NOTE_LENGTH
from leads.transfer.errors import ImportRefused

MAX_ROWS = 10_000
SEPARATORS = ",;\t"
CALL_AT = time(10)
"""The time in India at which a follow-up is due on its day."""

NUMBER = "phone_number"

ALIASES = {
    **dict.fromkeys(("phone", NUMBER, "mobile", "mobile_number", "number"), NUMBER),
    **{name: name for name in ("name", "email", "consent", "note", "follow_up")},
    "e_mail": "email",
}
LABELS = {NUMBER: "phone", "follow_up": "follow-up"}
YES, NO = {"yes", "y", "true", "1"}, {"no", "n", "false", "0"}


Rule = Callable[[str], Any]


@dataclass
class ImportFile:
    """The content of a file. `leads`: by their numbers. `errors`: row, column and reason."""

    rows: int = 0
    repeated: int = 0
    leads: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: list[dict[str, Any]] = field(default_factory=list)
    ignored_columns: list[str] = field(default_factory=list)


def read(content: bytes, *, region: str = "") -> ImportFile:
    """Read a CSV file, whose first row names the columns.

    `region`: the country of numbers without a country code, "" for `DEFAULT_COUNTRY`. Raises
    ImportRefused if the file as a whole cannot be understood.
    """
    lines = _lines(_decoded(content))
    header = next(lines, (0, []))[1]
    file = ImportFile()
    columns = _columns(header, file)
    for row, cells in lines:
        file.rows += 1
        if file.rows > MAX_ROWS:
            raise ImportRefused(_("Send at most %(count)s rows at once.") % {"count": MAX_ROWS})
        typed = {name: cells[at] for name, at in columns.items() if at < len(cells)}
        _read_row(file, row, typed, region)
    if not file.rows:
        raise ImportRefused(_("There is no row below the names of the columns."))
    return file


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ImportRefused(_("Save the file as “CSV UTF-8”; this one is UTF-16."))
    if b"\0" in content:
        raise ImportRefused(_("This is not a CSV file. In a spreadsheet, save it as “CSV UTF-8”."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ImportRefused(_("Save the file as “CSV UTF-8”; this one is not UTF-8.")) from None
    if not text.strip():
        raise ImportRefused(_("The file is empty."))
    return text


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, numbered as a spreadsheet does, from 1."""
    head = text.lstrip().partition("\n")[0]
    separator = max(SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    row = 0
    try:
        for row, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                yield row, cells
    except csv.Error as error:
        raise ImportRefused(_csv_message(error) % {"row": row + 1}) from None


def _csv_message(error: csv.Error) -> str:
    if "limit" in str(error):
        return _("Row %(row)s is too long, so the rest cannot be read.")
    return _("Row %(row)s has a quotation mark out of place, so the rest cannot be read.")


def _columns(header: list[str], file: ImportFile) -> dict[str, int]:
    """The position of each field. Other columns are ignored, and named in the file."""
    found: dict[str, int] = {}
    for at, name in enumerate(header):
        word = name.strip().lower().replace(" ", "_").replace("-", "_")
        column = ALIASES.get(word)
        if column in found:
            words = _("Two columns mean the same: %(column)s.")
            raise ImportRefused(words % {"column": column.replace("_", " ")})
        if column:
            found[column] = at
        elif word:
            file.ignored_columns.append(_printable(name))
    if NUMBER not in found:
        raise ImportRefused(_("Name the columns in the first row; one has to be “phone”."))
    return found


def _printable(name: str) -> str:
    return "".join(c for c in name.strip() if c.isprintable())[:40]


def _read_row(file: ImportFile, row: int, typed: dict[str, str], region: str) -> None:
    number_rule: Rule = partial(numbers.normalise, region=region)
    lead: dict[str, Any] = {}
    problems = []
    for column, rule in {NUMBER: number_rule, **RULES}.items():
        try:
            lead[column] = rule(typed.get(column, "").strip())
        except ValidationError as error:
            reason = " ".join(error.messages)
            problems.append({"row": row, "column": LABELS.get(column, column), "reason": reason})
    file.errors += problems
    if problems:
        return
    if first := file.leads.get(lead[NUMBER]):
        file.repeated += 1
        _merge(first, lead)
    else:
        file.leads[lead[NUMBER]] = lead | {"country": numbers.country(lead[NUMBER])}


def _merge(first: dict[str, Any], repeated: dict[str, Any]) -> None:
    """The first row of a number counts, and later ones fill its blanks. One "no" withdraws
    consent."""
    consents = {first["consent"], repeated["consent"]} - {None}
    notes = [note for note in (first["note"], repeated["note"]) if note]
    for name in ("name", "email", "follow_up"):
        first[name] = first[name] or repeated[name]
    first["consent"] = min(consents) if consents else None
    first["note"] = "\n".join(dict.fromkeys(notes))[:MAX_NOTE_LENGTH]


def _name(typed: str) -> str:
    return rules.name(typed) if typed else ""


def _consent(typed: str) -> bool | None:
    word = typed.lower()
    if word and word not in YES | NO:
        raise ValidationError(_("Write yes, no or nothing."), code="invalid_choice")
    return word in YES if word else None


def _follow_up(typed: str) -> str | None:
    if not typed:
        return None
    day = _day(typed)
    if day < localdate():
        raise ValidationError(_("Choose a day from today on."), code="in_past")
    return make_aware(datetime.combine(day, CALL_AT)).isoformat()


def _day(typed: str) -> date:
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"):
        try:
            return datetime.strptime(typed, form).date()
        except ValueError:
            continue
    raise ValidationError(_("Enter a real date as YYYY-MM-DD, such as 2027-04-23."), code="invalid")


RULES: dict[str, Rule] = {
    "name": _name,
    "email": rules.email,
    "consent": _consent,
    "note": lead_rules.note,
    "follow_up": _follow_up,
}
