"""Splits text files into rows of cells, however their lines end and whatever separates the cells.

A quotation mark out of place costs its row: the row is read with its quotation marks as text. The
rows behind it stay what they are.
"""

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import chain, islice
from typing import BinaryIO

from leads.transfer.errors import ImportRefused
from leads.transfer.reading import refusals
from leads.transfer.reading.limits import MAX_BROKEN_QUOTES, MAX_LINE

SEPARATORS = ",;\t|"
SEPARATOR_ROWS = 50
"""Rows that decide which separator a file has."""

Row = tuple[int, list[str]]


class CsvRows:
    """The rows of a text file, numbered from 1, blank ones among them. Each iteration reads the
    file again, and only one may be under way."""

    def __init__(self, file: BinaryIO, *, encoding: str, skip: int) -> None:
        """`skip`: how many bytes the byte order mark has."""
        self._file, self._encoding, self._skip = file, encoding, skip
        self._named_separator = _separator_line(next(self._text_lines(), ""))
        self.separator = self._named_separator or ","
        self.width = 0
        """Cells that a row with a quotation mark out of place has to have; 0 for any count."""

    def choose_separator(self, rate: Callable[[list[Row]], tuple[int, int]]) -> None:
        """Choose the separator whose first rows are rated highest, unless the file names one."""
        if self._named_separator:
            return
        head = list(islice(self._lines(), SEPARATOR_ROWS))
        rated = {separator: rate(_first_rows(head, separator)) for separator in SEPARATORS}
        self.separator = max(SEPARATORS, key=lambda separator: rated[separator])

    def __iter__(self) -> Iterator[Row]:
        return _records(self._lines(), self.separator, self.width)

    def _lines(self) -> Iterator[str]:
        """The lines without the one that only names the separator, which spreadsheets hide."""
        return islice(self._text_lines(), 1 if self._named_separator else 0, None)

    def _text_lines(self) -> Iterator[str]:
        self._file.seek(self._skip)
        text = io.TextIOWrapper(self._file, self._encoding, errors="replace", newline="")
        try:
            while line := text.readline(MAX_LINE + 1):
                yield line.replace("\0", "\ufffd").replace("\x1a", "")
        finally:
            text.detach()


def _separator_line(line: str) -> str:
    """The separator that a line such as `sep=;` names, or "" """
    name = line.strip("\r\n\"' ")
    is_named = name[:-1].lower() == "sep=" and name[-1:] in SEPARATORS
    return name[-1] if is_named else "\t" if line.lower().startswith("sep=\t") else ""


def _first_rows(lines: list[str], separator: str) -> list[Row]:
    rows: list[Row] = []
    with suppress(ImportRefused):  # another separator may do better
        rows.extend(_records(iter(lines), separator, 0))
    return rows


def _records(lines: Iterator[str], separator: str, width: int) -> Iterator[Row]:
    row = broken = 0
    read: list[str] = []
    while True:
        try:
            for cells in csv.reader(_remember(lines, read), delimiter=separator, strict=True):
                row += 1
                read.clear()
                yield row, cells
        except csv.Error:
            row, broken = row + 1, broken + 1
            yield row, _without_quotes(read[0], separator, width, row)
            if broken > MAX_BROKEN_QUOTES:
                raise ImportRefused(refusals.broken_quote(row)) from None
            lines = chain(read[1:], lines)
            read = []
        else:
            return


def _remember(lines: Iterator[str], read: list[str]) -> Iterator[str]:
    """The lines, each added to those that were read for one row."""
    for line in lines:
        read.append(line)
        if len(line) > MAX_LINE or sum(map(len, read)) > MAX_LINE:
            raise csv.Error
        yield line


def _without_quotes(line: str, separator: str, width: int, row: int) -> list[str]:
    """The cells of a line whose quotation marks are text; one cell if there are not `width`."""
    if len(line) > MAX_LINE:
        raise ImportRefused(refusals.long_row(row))
    try:
        [cells] = csv.reader([line], delimiter=separator, quoting=csv.QUOTE_NONE)
    except csv.Error:
        raise ImportRefused(refusals.long_row(row)) from None
    return cells if width in {0, len(cells)} else [line.strip()]
