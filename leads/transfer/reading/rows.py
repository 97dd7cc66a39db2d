"""Turns the cells of a row into the values of a lead. A bad cell costs the cell: its text goes into
the note, with a warning. Only a number that cannot be read or called costs the row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, TypedDict

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts import rules
from accounts.phone import numbers
from leads.models.lead_note import MAX_NOTE_LENGTH
from leads.transfer.export_file import DANGEROUS
from leads.transfer.reading import consents, dates, phones
from leads.transfer.reading.cells import is_blank
from leads.transfer.reading.columns import Field
from leads.transfer.reading.phones import FoundNumber, Refusal
from leads.transfer.reading.tables import Table
from loopin.text import spelling


class LeadValues(TypedDict):
    """`phone_number`: E.164. `country`: ISO 3166-1, "" for none. `follow_up`: ISO 8601."""

    phone_number: str
    country: str
    name: str
    email: str
    consent: bool | None
    note: str
    follow_up: str | None


@dataclass(frozen=True)
class CellWarning:
    """What was not taken as it stands. `column`: its place, from 0; None for the row as a whole.

    `code`: `invalid_name`, `invalid_email`, `invalid_consent`, `invalid_follow_up`,
    `other_number_used`, `extra_cells`, `note_cut`, or that of a doubt about the number.
    """

    column: int | None
    code: str
    reason: str


@dataclass(frozen=True)
class ReadRow:
    """`values`: None for a refused row. `is_foreign`: the number is of another country than the
    file's. `is_doubtful`: somebody should look at the number."""

    values: LeadValues | None
    warnings: list[CellWarning]
    refusal: Refusal | None
    is_foreign: bool = False
    is_doubtful: bool = False


class RowReader:
    """Reads the rows of one file. `remarks`: what to tell of the file as a whole."""

    def __init__(self, table: Table, fields: Sequence[Field], *, region: str, today: date) -> None:
        """`fields`: what the columns are, from `columns.guess` or a person. `region`: the country
        of numbers without a country code, "" for `DEFAULT_COUNTRY`."""
        self._labels = [_label(name) for name in table.header]
        self._region = region or settings.DEFAULT_COUNTRY
        self._today = today
        self._is_month_first = dates.has_month_first(fields, table.sample)
        self._places: dict[Field, list[int]] = {one: [] for one in Field}
        for at, one in enumerate(fields):
            self._places[one].append(at)
        self.remarks = [dates.month_first_remark()] if self._is_month_first else []

    def read_row(self, cells: Sequence[str]) -> ReadRow:
        """Read one row. It raises nothing. `cells`: at least one for each column of the header."""
        columns = self._places[Field.PHONE] + self._places[Field.OTHER_PHONE]
        codes = [cells[at] for at in self._places[Field.COUNTRY_CODE]]
        found = phones.find(cells, columns, region=self._region, country_code="".join(codes))
        if isinstance(found, Refusal):
            return ReadRow(None, [], found)
        values, warnings = self._values(found, _Cells(cells, self._labels, self._places))
        is_foreign = values["country"] != self._region
        return ReadRow(values, warnings, None, is_foreign, bool(found.doubts))

    def _values(self, found: FoundNumber, cells: "_Cells") -> tuple[LeadValues, list[CellWarning]]:
        follow_up = partial(dates.follow_up, today=self._today, is_month_first=self._is_month_first)
        values = LeadValues(
            phone_number=found.phone_number,
            country=numbers.country(found.phone_number),
            name=cells.name(),
            email=cells.value(Field.EMAIL, _email) or "",
            consent=cells.consent(),
            follow_up=cells.value(Field.FOLLOW_UP, follow_up),
            note="",
        )
        cells.add_doubts(found)
        values["note"] = cells.note(found)
        return values, cells.warnings


@dataclass
class _Cells:
    """The cells of a row that has a number, while they are read."""

    cells: Sequence[str]
    labels: Sequence[str]
    places: dict[Field, list[int]]
    warnings: list[CellWarning] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def add_doubts(self, found: FoundNumber) -> None:
        for doubt in found.doubts:
            self.warnings.append(CellWarning(found.column, doubt.code, doubt.reason))
        self.unread += [self._line(found.column, part) for part in found.rest]
        if found.refusal and found.refusal.column is not None:
            column = found.refusal.column
            self._warn(column, "other_number_used", found.refusal.reason, self.cells[column])

    def name(self) -> str:
        parts = [self._text(Field.FIRST_NAME), self._text(Field.LAST_NAME)]
        whole = self._text(Field.NAME)
        text = whole or " ".join(filter(None, parts))
        of = Field.NAME if whole else Field.FIRST_NAME if parts[0] else Field.LAST_NAME
        return str(self._read(of, text, rules.name, "invalid_name") or "") if text else ""

    def consent(self) -> bool | None:
        answers = {
            self.value(Field.CONSENT, consents.consent),
            self.value(Field.OPT_OUT, consents.opt_out),
        }
        return min(answers - {None}, default=None)

    def value(self, of: Field, rule: Callable[[str], Any]) -> Any:
        """What a rule makes of a field's cell; None for a blank or unreadable one."""
        text = self._text(of)
        code = f"invalid_{'consent' if of == Field.OPT_OUT else of}"
        return self._read(of, text, rule, code) if text else None

    def _read(self, of: Field, text: str, rule: Callable[[str], Any], code: str) -> Any:
        try:
            return rule(text)
        except ValidationError as error:
            self._warn(self.places[of][0], code, " ".join(error.messages), text)
            return None

    def _warn(self, column: int, code: str, reason: str, text: str) -> None:
        self.warnings.append(CellWarning(column, code, reason))
        self.unread.append(self._line(column, text, unread=True))

    def _text(self, of: Field) -> str:
        columns = self.places[of]
        return _unwrap(self.cells[columns[0]]) if columns else ""

    def _line(self, column: int, text: str, *, unread: bool = False) -> str:
        values = {"column": self.labels[column], "text": _plain(text)}
        if unread:
            return _("%(column)s in the file: %(text)s") % values
        return "{column}: {text}".format_map(values)

    def note(self, found: FoundNumber) -> str:
        written = [_plain(_unwrap(self.cells[at])) for at in self.places[Field.NOTE]]
        lines = [*filter(None, written), *self.unread, *self._further_numbers(found)]
        for at in self.places[Field.KEEP_AS_NOTE]:
            if text := _unwrap(self.cells[at]):
                lines.append(self._line(at, text))
        extra = [cell.strip() for cell in self.cells[len(self.labels) :] if not is_blank(cell)]
        if extra:
            words = _("This row has more cells than there are columns.")
            self.warnings.append(CellWarning(None, "extra_cells", words))
            lines.append(_plain(", ".join(extra)))
        return self._cut("\n".join(lines))

    def _further_numbers(self, found: FoundNumber) -> list[str]:
        own = "".join(filter(str.isdigit, found.phone_number))
        refused = found.refusal.column if found.refusal else None
        lines = []
        for at in self.places[Field.PHONE] + self.places[Field.OTHER_PHONE]:
            text = _unwrap(self.cells[at])
            digits = "".join(filter(str.isdigit, text)).lstrip("0")
            if text and at not in {found.column, refused} and not (digits and own.endswith(digits)):
                lines.append(self._line(at, text))
        return lines

    def _cut(self, note: str) -> str:
        if len(note) <= MAX_NOTE_LENGTH:
            return note
        words = _("The note is cut to %(count)s characters.") % {"count": MAX_NOTE_LENGTH}
        self.warnings.append(CellWarning(None, "note_cut", words))
        return note[:MAX_NOTE_LENGTH].rstrip()


def _unwrap(cell: str) -> str:
    """The text of a cell; "" for a blank one. What spreadsheets and our exports put before a text,
    so that it is no formula, is dropped."""
    text = cell.strip()
    if is_blank(text):
        return ""
    if text.startswith('="') and text.endswith('"'):
        return text[2:-1].strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(DANGEROUS) else text


def _plain(text: str) -> str:
    """The text in one spelling and without what cannot be shown; of a long one a part that no note
    can hold."""
    text = spelling.normalise_lines(text[: MAX_NOTE_LENGTH * spelling.MAX_PARTS], MAX_NOTE_LENGTH)
    if text.isprintable():
        return text
    return "".join(c for c in text if c == "\n" or not spelling.has_unprintable(c))


def _label(name: str) -> str:
    """How a note calls a column: "Campaign name" for `campaign_name`."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _email(text: str) -> str:
    return rules.email(text.removeprefix("mailto:").removeprefix("<").removesuffix(">"))
