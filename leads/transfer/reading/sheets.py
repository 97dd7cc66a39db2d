"""Reads spreadsheets (`.xlsx`, `.xlsb`, `.xls`, `.ods`) in a process of their own, which has limits
of memory and time. What it finds lies in a temporary file and is read from there in pieces."""

import json
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from leads.transfer.errors import ImportRefused
from leads.transfer.reading import refusals, sheet_process
from leads.transfer.reading.limits import (
    MAX_SHEET_BYTES,
    MAX_SHEET_MEMORY,
    MAX_SHEET_OUTPUT,
    MAX_SHEET_ROWS,
    MAX_SHEET_SECONDS,
    MAX_SHEETS,
)

Row = tuple[int, list[str]]

WAITING_SECONDS = 3 * MAX_SHEET_SECONDS
"""How long the process may take on a busy machine."""


@dataclass(frozen=True)
class SheetRows:
    """The rows of one sheet that are not blank, as often as they are asked for."""

    _lines: BinaryIO
    _start: int
    count: int

    def __iter__(self) -> Iterator[Row]:
        self._lines.seek(self._start)
        for line in self._lines:
            read = json.loads(line)
            if read is None:  # the next sheet begins
                return
            row, cells = read
            yield row, [cell.replace("\0", "\ufffd") for cell in cells]


def read_sheets(file: BinaryIO) -> list[SheetRows]:
    """The visible sheets of a spreadsheet, in their order.

    Raises ImportRefused if it is too large, damaged or protected by a password.
    """
    lines = _run(file)
    lines.seek(0)
    starts: dict[int, int] = {}
    for line in iter(lines.readline, b""):
        if line == sheet_process.SHEET:
            start = lines.tell()
            starts[start] = 0
        else:
            starts[start] += 1
    return [SheetRows(lines, start, count) for start, count in starts.items()]


def _run(file: BinaryIO) -> BinaryIO:
    limits = (MAX_SHEET_MEMORY, MAX_SHEET_SECONDS, MAX_SHEET_OUTPUT, MAX_SHEET_ROWS, MAX_SHEETS)
    program = [sys.executable, "-I", str(Path(sheet_process.__file__)), *map(str, limits)]
    lines = tempfile.TemporaryFile()  # noqa: SIM115  open as long as its rows are read
    with tempfile.TemporaryFile() as copy:
        _copy(file, copy)
        try:
            status = subprocess.run(  # noqa: S603  our own program
                program,
                stdin=copy,
                stdout=lines,
                stderr=subprocess.DEVNULL,
                timeout=WAITING_SECONDS,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            status = -signal.SIGKILL
    if status:
        lines.close()
        raise ImportRefused(_reason(status))
    return lines


def _copy(file: BinaryIO, copy: BinaryIO) -> None:
    file.seek(0, 2)
    if file.tell() > MAX_SHEET_BYTES:
        raise ImportRefused(refusals.large_spreadsheet())
    file.seek(0)
    shutil.copyfileobj(file, copy)
    copy.flush()
    copy.seek(0)


def _reason(status: int) -> str:
    if status == sheet_process.PROTECTED:
        return refusals.password()
    if status == sheet_process.OTHER_ARCHIVE:
        return refusals.zip_archive()
    if status < 0 or status == sheet_process.TOO_LARGE:
        return refusals.large_spreadsheet()
    return refusals.damaged_spreadsheet()
