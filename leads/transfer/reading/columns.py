"""What the columns of a file mean: guessed from their names and their cells, then corrected by a
person."""

import hashlib
from collections.abc import Callable, Sequence

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import rules
from accounts.phone import numbers
from leads.transfer.export_file import COLUMNS
from leads.transfer.reading import column_names
from leads.transfer.reading.cells import is_blank, looks_like_number
from leads.transfer.reading.column_names import is_of_others
from leads.transfer.reading.headers import unnamed_column

GUESS_ROWS = 50
"""Rows that a guess looks at. Reading a number takes about 0.1 ms."""

MOSTLY = 0.6
"""The share of a column's cells that have to be numbers, or e-mail addresses, to name it."""


class Field(models.TextChoices):
    """What a column becomes. The labels are those of the selects."""

    PHONE = "phone", gettext_lazy("Phone number")
    OTHER_PHONE = "other_phone", gettext_lazy("Another phone number")
    COUNTRY_CODE = "country_code", gettext_lazy("Country code of the phone number")
    NAME = "name", gettext_lazy("Name")
    FIRST_NAME = "first_name", gettext_lazy("First name")
    LAST_NAME = "last_name", gettext_lazy("Last name")
    EMAIL = "email", gettext_lazy("E-mail address")
    CONSENT = "consent", gettext_lazy("May be contacted (yes or no)")
    OPT_OUT = "opt_out", gettext_lazy("Must not be contacted (yes or no)")
    FOLLOW_UP = "follow_up", gettext_lazy("Follow-up date")
    NOTE = "note", gettext_lazy("Note")
    KEEP_AS_NOTE = "keep_as_note", gettext_lazy("Keep in the note, with its name")
    IGNORE = "ignore", gettext_lazy("Leave out")


REPEATABLE = {Field.OTHER_PHONE, Field.NOTE, Field.KEEP_AS_NOTE, Field.IGNORE}
"""What several columns of one file may be."""

OWN_EXPORT = {column_names.words(name) for name in COLUMNS} - {"email"}
"""The columns that every export of ours has."""

OWN_FIELDS = {
    "number": Field.PHONE,
    "name": Field.NAME,
    "email": Field.EMAIL,
    "consent": Field.CONSENT,
    "follow up": Field.FOLLOW_UP,
}
"""What an export of ours gives back. The rest is what this site knows of its leads itself."""


def guess(
    header: Sequence[str], sample: Sequence[Sequence[str]], *, region: str = ""
) -> list[Field]:
    """What each column probably means.

    `sample`: rows of cells. `region`: the country of numbers without a country code. A file without
    a column of readable numbers has no `PHONE` among its fields; somebody has to say which it is.
    """
    names = [column_names.words(name) for name in header]
    if set(names) >= OWN_EXPORT:
        return [OWN_FIELDS.get(name, Field.IGNORE) for name in names]
    columns = [
        [] if is_of_others(name) else [row[at] for row in sample[:GUESS_ROWS]]
        for at, name in enumerate(header)
    ]
    fields = [column_names.field_named(name) for name in header]
    guessed = [Field(field) if field else Field.KEEP_AS_NOTE for field in fields]
    _choose_phones(guessed, header, columns, region)
    _choose_by_cells(guessed, columns, Field.EMAIL, lambda cell: "@" in cell)
    if not set(guessed) & {Field.NAME, Field.FIRST_NAME}:
        unnamed = [c if header[at] == unnamed_column(at) else [] for at, c in enumerate(columns)]
        _choose_by_cells(guessed, unnamed, Field.NAME, _is_persons_name)
    _keep_only_first(guessed)
    for at, name in enumerate(header):
        if name == unnamed_column(at) and not any(cell.strip() for cell in columns[at]):
            guessed[at] = Field.IGNORE
    return guessed


def matching_key(header: Sequence[str]) -> str:
    """The identity of a header set: the same names in the same order have the same fields.

    64 characters; "" for a file whose columns have no names, because such files have only their
    width in common.
    """
    if all(name == unnamed_column(at) for at, name in enumerate(header)):
        return ""
    names = "\n".join(column_names.words(name) for name in header)
    return hashlib.sha256(names.encode()).hexdigest()


def check_fields(fields: Sequence[Field]) -> None:
    """Raises ValidationError unless one column has the phone numbers, and none is there twice that
    may only be there once."""
    if Field.PHONE not in fields:
        raise ValidationError(_("Choose the column that has the phone numbers."), code="required")
    for field in fields:
        if field not in REPEATABLE and fields.count(field) > 1:
            words = _("Two columns are “%(field)s”. Choose one of them.")
            raise ValidationError(words % {"field": field.label}, code="duplicate")


def _choose_phones(
    guessed: list[Field], header: Sequence[str], columns: list[list[str]], region: str
) -> None:
    """The best named and most filled column of numbers is the phone number, others are further
    ones."""
    ranks = [column_names.phone_rank(name) for name in header]
    shares = [_share_of_numbers(cells, region) for cells in columns]
    named = [at for at, rank in enumerate(ranks) if rank]
    unnamed = [
        at
        for at, share in enumerate(shares)
        if share >= MOSTLY and guessed[at] == Field.KEEP_AS_NOTE
    ]
    candidates = [at for at in named if not _is_name(header[at], columns[at])] or unnamed
    filled = [sum(not is_blank(cell) for cell in cells) / max(1, len(cells)) for cells in columns]
    for at in candidates:
        guessed[at] = Field.OTHER_PHONE
    if candidates:
        best = max(candidates, key=lambda at: shares[at] * filled[at] + ranks[at] / 10)
        guessed[best] = Field.PHONE


def _is_name(name: str, cells: list[str]) -> bool:
    """Whether a column such as "Contact" has people's names and not their numbers."""
    filled = [cell for cell in cells if not is_blank(cell)]
    is_ambiguous = column_names.is_phone_or_name(name)
    return is_ambiguous and not any(map(looks_like_number, filled))


def _share_of_numbers(cells: list[str], region: str) -> float:
    """The share of the filled cells that are readable phone numbers."""
    filled = [cell for cell in cells if not is_blank(cell)]
    return sum(_is_number(cell, region) for cell in filled) / max(1, len(filled))


def _is_number(cell: str, region: str) -> bool:
    if not looks_like_number(cell):
        return False
    try:
        numbers.normalise(cell, region)
    except ValidationError:
        return False
    return True


def _choose_by_cells(
    guessed: list[Field], columns: list[list[str]], field: Field, fits: Callable[[str], bool]
) -> None:
    """Give a field to the first open column most of whose cells fit, unless a name has it."""
    if field in guessed:
        return
    for at, cells in enumerate(columns):
        filled = [cell for cell in cells if not is_blank(cell)]
        if guessed[at] == Field.KEEP_AS_NOTE and sum(map(fits, filled)) > MOSTLY * len(filled):
            guessed[at] = field
            return


def _is_persons_name(cell: str) -> bool:
    try:
        rules.name(cell)
    except ValidationError:
        return False
    return True


def _keep_only_first(guessed: list[Field]) -> None:
    for at, field in enumerate(guessed):
        if field not in REPEATABLE and field in guessed[:at]:
            guessed[at] = Field.KEEP_AS_NOTE
