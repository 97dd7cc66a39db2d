"""Opens the file of an import: what it is, is decided by its content and not by its name.

    table = open_table(file, file_name="leads.csv")
    fields = columns.guess(table.header, table.sample, region="IN")
    reader = RowReader(table, fields, region="IN", today=localdate())
    for row, cells in table.rows():
        read = reader.read_row(cells)

Text files are read in pieces, so that a file of a million rows takes no more memory than one of a
thousand; they have no limit of rows here. Spreadsheets have at most `limits.MAX_SHEET_ROWS` rows.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from leads.transfer.errors import ImportRefused
from leads.transfer.reading import encodings, file_kinds, headers, refusals
from leads.transfer.reading.csv_rows import SEPARATORS, CsvRows
from leads.transfer.reading.limits import HEAD_ROWS, MAX_COLUMNS, MAX_LINE, MAX_SHEET_ROWS
from leads.transfer.reading.sheets import read_sheets

Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Table:
    """`header`: the names of the columns, "Column C" for one without a name, in the language of
    the reader. `header_row`: where they stand, 0 if the file has no names. `sample`: the first rows
    below, at most `limits.HEAD_ROWS`."""

    header: list[str]
    header_row: int
    sample: list[list[str]]
    _all_rows: Iterable[Row]

    def rows(self) -> Iterator[Row]:
        """The rows below the header that are not blank, numbered from 1 as a spreadsheet does.

        A row has at least as many cells as the header, and more where the file has more that are
        not blank. Each call reads the file again from its start; only one may be under way, and the
        file has to be open. Raises ImportRefused, after the rows before, where a text file cannot
        be read on.
        """
        for row, cells in self._all_rows:
            if row > self.header_row and any(cell.strip() for cell in cells):
                yield row, _fit(cells, len(self.header))


def open_table(file: BinaryIO, *, file_name: str) -> Table:
    """Open a CSV file or a spreadsheet. `file` has to be seekable, and stays open.

    `file_name` only chooses words. Raises ImportRefused with a reason if the file as a whole cannot
    be understood: it is no table, has no row, no column that may have phone numbers, or a password.
    """
    file.seek(0)
    if file_kinds.is_spreadsheet(file.read(file_kinds.START), file_name=file_name):
        return _open_spreadsheet(file)
    return _open_text(file)


def _open_text(file: BinaryIO) -> Table:
    encoding, skip = encodings.detect(file)
    text = CsvRows(file, encoding=encoding, skip=skip)
    text.choose_separator(_rate)
    head = _head(text)
    if not any(cell.strip(f"{SEPARATORS} ") for _row, cells in head for cell in cells):
        raise ImportRefused(refusals.empty())
    header = headers.find(head)
    text.width = len(header.names)
    return _build(header, head, text)


def _open_spreadsheet(file: BinaryIO) -> Table:
    """The first sheet that has phone numbers."""
    is_empty = True
    for sheet in read_sheets(file):
        head = _head(sheet)
        header = headers.find(head)
        if header.evidence:
            if sheet.count > MAX_SHEET_ROWS:
                raise ImportRefused(refusals.large_spreadsheet())
            return _build(header, head, sheet)
        is_empty = is_empty and not head
    raise ImportRefused(refusals.empty() if is_empty else refusals.no_phone_column())


def _rate(rows: list[Row]) -> tuple[int, int]:
    """How much rows look like a table with phone numbers."""
    header = headers.find(rows)
    return header.evidence, len(header.names)


def _build(header: headers.Header, head: list[Row], all_rows: Iterable[Row]) -> Table:
    """A table with these first rows. Raises ImportRefused if nobody could be called from it."""
    if len(header.names) > MAX_COLUMNS:
        raise ImportRefused(refusals.many_columns())
    sample = [_fit(cells, len(header.names)) for row, cells in head if row > header.row]
    if header.evidence == headers.NOWHERE:
        raise ImportRefused(refusals.no_phone_column())
    if not sample:
        raise ImportRefused(refusals.no_rows())
    return Table(header.names, header.row, sample, all_rows)


def _head(rows: Iterable[Row]) -> list[Row]:
    """The first rows that are not blank, as many as fit into memory."""
    head: list[Row] = []
    size = 0
    for row, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        head.append((row, cells))
        size += sum(map(len, cells)) + len(cells)
        if len(head) == HEAD_ROWS or size > MAX_LINE:
            break
    return head


def _fit(cells: list[str], width: int) -> list[str]:
    """The cells, at least `width` of them, without blank ones beyond that."""
    cells = cells + [""] * (width - len(cells))
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
    return cells
