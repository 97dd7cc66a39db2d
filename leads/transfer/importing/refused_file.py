"""The refused rows of an import as a file: their own columns and a reason, to be mended and sent
again."""

import csv
import io
from collections.abc import Iterable, Iterator

from leads.models import ImportBatch
from leads.transfer.export_file import BYTE_ORDER_MARK, plain

REASON_COLUMN = "Reason"
"""The last column of the file, which says why a row was refused."""

CHUNK = 2000


def content(batch: ImportBatch) -> Iterator[bytes]:
    """The file in pieces; no cursor and no transaction is open between them.

    A file that was mended and is refused again has the last reason only.
    """
    width = len(batch.header) - (batch.header[-1:] == [REASON_COLUMN])
    behind = len(batch.header)
    yield BYTE_ORDER_MARK.encode() + _encoded([[*batch.header[:width], REASON_COLUMN]])
    last = 0
    while rows := list(batch.refused_rows.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        lines = ([*row.cells[:width], row.reason, *row.cells[behind:]] for row in rows)
        yield _encoded(lines)
        last = rows[-1].pk


def _encoded(lines: Iterable[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(
        [plain(cell) for cell in line] for line in lines
    )
    return text.getvalue().encode()
