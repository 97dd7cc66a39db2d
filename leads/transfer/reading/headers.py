"""Finds the row that names the columns, below titles and blank rows, or says that there is none."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from leads.transfer.reading.cells import looks_like_number
from leads.transfer.reading.column_names import MAX_NAME, is_phone_name
from loopin.text import spelling

MAX_ROWS_ABOVE = 20
"""Rows above the names of the columns, blank ones not counted."""

NAMED, IN_CELLS, NOWHERE = 2, 1, 0
"""Where a file shows that it has phone numbers."""

Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Header:
    """`row`: 0 if the columns have no names. `evidence`: NAMED, IN_CELLS or NOWHERE."""

    names: list[str]
    row: int
    evidence: int


def find(rows: list[Row]) -> Header:
    """The header of a table, from its first rows."""
    rows = [row for row in rows if any(cell.strip() for cell in row[1])]
    first = next((n for n, (_row, cells) in enumerate(rows) if _has_number(cells)), len(rows))
    above = rows[: min(first, MAX_ROWS_ABOVE)]
    named = [row for row in above if any(map(is_phone_name, row[1]))]
    if named:
        is_title = _filled(named[0]) == 1
        return _header(_widest(named[:2]) if is_title else named[0], rows, NAMED)
    if first == len(rows):
        return _header(_widest(above), rows, NOWHERE)
    unnamed = [row for row in above if not _has_values(row[1])]
    if unnamed and _filled(_widest(unnamed)) * 2 > _filled(rows[first]):
        return _header(_widest(unnamed), rows, IN_CELLS)
    return _header((0, []), rows, IN_CELLS)


def column_letter(index: int) -> str:
    """What a spreadsheet calls a column: 0 is A, 26 is AA."""
    letters = ""
    while index >= 0:
        index, letter = divmod(index, 26)
        letters = chr(ord("A") + letter) + letters
        index -= 1
    return letters


def unnamed_column(index: int) -> str:
    return _("Column %(letter)s") % {"letter": column_letter(index)}


def _has_number(cells: list[str]) -> bool:
    return any(map(looks_like_number, cells))


def _has_values(cells: list[str]) -> bool:
    """Whether some cell is no name: it has an e-mail address, or five digits or more."""
    return any("@" in cell or sum(map(str.isdigit, cell)) >= 5 for cell in cells)


def _filled(row: Row) -> int:
    return sum(bool(cell.strip()) for cell in row[1])


def _widest(rows: list[Row]) -> Row:
    """The row with the most cells, of equals the first: a title has one."""
    return max(rows, key=_filled, default=(0, []))


def _header(header: Row, rows: list[Row], evidence: int) -> Header:
    row, names = header
    below = [cells for number, cells in rows if number > row]
    width = max(_last_filled(names), _usual_width(below))
    names = [spelling.normalise(name[: MAX_NAME * 4], MAX_NAME)[:MAX_NAME] for name in names]
    names += [""] * (width - len(names))
    return Header([n or unnamed_column(at) for at, n in enumerate(names[:width])], row, evidence)


def _last_filled(cells: list[str]) -> int:
    return max((at for at, cell in enumerate(cells, start=1) if cell.strip()), default=0)


def _usual_width(rows: list[list[str]]) -> int:
    """How many columns most rows have. One row with a cell too many does not add a column."""
    widths = sorted(map(_last_filled, rows))
    return widths[len(widths) // 2] if widths else 0
