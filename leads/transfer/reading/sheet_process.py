"""The process that reads one spreadsheet: from its standard input, which is a file, to JSON lines.

It runs by itself, with limits that it is given, because a spreadsheet is read into memory as a
whole, and one of a kilobyte can ask for all the memory of the machine. It imports nothing of ours.

Each visible sheet begins with a line of null; then every row that is not blank is a list of its
number and its cells as text.
"""

import errno
import json
import os
import resource
import sys
import zipfile
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, BinaryIO

import python_calamine

SHEET = b"null\n"
"""The line with which a sheet begins."""

PROTECTED, DAMAGED, OTHER_ARCHIVE, TOO_LARGE = 3, 4, 5, 6
"""How the process ends if the file has a password, cannot be opened, is a ZIP archive of other
things than a spreadsheet, or has too much in it. Without memory it may also end by a signal."""

ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""The name of the one thing that an encrypted `.xlsx` has."""


def main(memory: int, seconds: int, output: int, max_rows: int, max_sheets: int) -> int:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (output, output))
    try:
        return convert(os.fdopen(0, "rb"), max_rows, max_sheets)
    except MemoryError:
        return TOO_LARGE
    except python_calamine.PasswordError:
        return PROTECTED
    except (python_calamine.CalamineError, zipfile.BadZipFile, ValueError):
        return DAMAGED
    except OSError as error:
        return TOO_LARGE if error.errno == errno.EFBIG else DAMAGED


def convert(file: BinaryIO, max_rows: int, max_sheets: int) -> int:
    if ENCRYPTED in file.read():
        return PROTECTED
    if is_other_archive(file):
        return OTHER_ARCHIVE
    write_sheets(file, max_rows, max_sheets)
    sys.stdout.flush()
    return 0


def is_other_archive(file: BinaryIO) -> bool:
    if not zipfile.is_zipfile(file):
        return False
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
    file.seek(0)
    return "content.xml" not in names and not any(n.startswith("xl/workbook") for n in names)


def write_sheets(file: BinaryIO, max_rows: int, max_sheets: int) -> None:
    file.seek(0)
    workbook = python_calamine.load_workbook(file)
    visible = [
        number
        for number, sheet in enumerate(workbook.sheets_metadata)
        if sheet.visible == python_calamine.SheetVisibleEnum.Visible
        and sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
    ]
    for number in visible[:max_sheets]:
        sys.stdout.write(SHEET.decode())
        write_rows(workbook.get_sheet_by_index(number), max_rows)


def write_rows(sheet: python_calamine.CalamineSheet, max_rows: int) -> None:
    """Write one row more than `max_rows` at most, which says that there are too many."""
    written = 0
    for row, cells in enumerate(sheet.iter_rows(), start=1):
        texts = [text_of(cell) for cell in cells]
        if not any(texts):
            continue
        sys.stdout.write(json.dumps([row, texts]) + "\n")
        written += 1
        if written > max_rows:
            return


def text_of(cell: Any) -> str:
    """A cell as people read it: whole numbers without a point, days without a time."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return format(Decimal(repr(cell)), "f").removesuffix(".0")
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat(" ", "seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
