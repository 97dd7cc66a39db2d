"""Reads the file of an import into rows that wait for their confirmation, a thousand at a time."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO, cast

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.timezone import localdate

from leads.models import ImportBatch, ImportRow, RefusedRow, SuppressedNumber
from leads.models.import_row import count_standing
from leads.models.import_state import CONFIRMATION_TIME, ImportState
from leads.models.lead_note import MAX_NOTE_LENGTH
from leads.transfer.importing.stored_file import StoredFile
from leads.transfer.reading.columns import Field
from leads.transfer.reading.rows import ReadRow, RowReader
from leads.transfer.reading.tables import open_table

ROWS_A_STEP = 1000
"""Rows in one transaction, which takes about a tenth of a second."""

SHOWN_WARNINGS = 50

Row = tuple[int, list[str]]
STAGED = ("number", "phone_number", "country", "name", "email", "consent", "note", "follow_up_at")


@dataclass
class Step:
    """What a thousand rows of a file say. `leads`: by their numbers, in the order of the file."""

    last_row_number: int
    rows: int
    leads: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused: list[RefusedRow] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    warned: int = 0
    refusing: int = 0
    foreign: int = 0
    doubtful: int = 0


def steps(batch: ImportBatch) -> Iterator[None]:
    """Go on with an import that is being read; stop after any step, and another process goes on.

    Ends early when the import was cancelled. Raises ImportRefused when the rest of the file cannot
    be read.
    """
    file = StoredFile(batch)
    table = open_table(cast(BinaryIO, io.BufferedReader(file)), file_name=batch.file_name)
    file.furthest = 0  # opening it has looked at more than its first rows
    fields = [Field(name) for name in batch.fields]
    reader = RowReader(table, fields, region=batch.region, today=localdate(batch.created_at))
    done = batch.last_row_number
    rows = (row for row in table.rows() if row[0] > done)
    while chunk := list(islice(rows, ROWS_A_STEP)):
        if not _store(batch, _read(batch, reader, chunk), percent_read=file.percent_read):
            return
        yield
    changes = {"remarks": reader.remarks, "kept_until": Now() + CONFIRMATION_TIME}
    ImportBatch.objects.finish(batch, ImportState.WAITING, **changes)


def _read(batch: ImportBatch, reader: RowReader, rows: list[Row]) -> Step:
    """What these rows say, without the database."""
    step = Step(last_row_number=rows[-1][0], rows=len(rows))
    for number, cells in rows:
        read = reader.read_row(cells)
        if read.refusal:
            reason = read.refusal.reason
            refused = RefusedRow(batch=batch, number=number, cells=cells, reason=reason)
            step.refused.append(refused)
        else:
            _add(step, number, read, batch.header)
    return step


def _add(step: Step, number: int, read: ReadRow, header: list[str]) -> None:
    assert read.values is not None  # noqa: S101  it is not refused
    lead: dict[str, Any] = {"number": number, **read.values}
    lead["follow_up_at"] = lead.pop("follow_up")
    step.warned += bool(read.warnings)
    for warning in read.warnings:
        column = "" if warning.column is None else header[warning.column]
        step.warnings.append({"row": number, "column": column, "reason": warning.reason})
    step.refusing += lead["consent"] is False
    step.foreign += read.is_foreign
    step.doubtful += read.is_doubtful
    known = step.leads.get(lead["phone_number"])
    step.leads[lead["phone_number"]] = merged(known, lead) if known else lead


def merged(first: dict[str, Any], repeated: dict[str, Any]) -> dict[str, Any]:
    """The first row of a number counts, and later ones fill its blanks. One "no" withdraws
    consent."""
    consents = {first["consent"], repeated["consent"]} - {None}
    notes = [note for note in (first["note"], repeated["note"]) if note]
    blanks = {name: repeated[name] for name in ("name", "email", "follow_up_at") if not first[name]}
    return {
        **first,
        **blanks,
        "consent": min(consents) if consents else None,
        "note": "\n".join(dict.fromkeys(notes))[:MAX_NOTE_LENGTH],
    }


@transaction.atomic
def _store(batch: ImportBatch, step: Step, *, percent_read: int) -> bool:
    """Store a step and how far the file is read; False, and nothing is stored, if another process
    reads it or it was cancelled. Five statements, six with refused rows."""
    _refuse_suppressed(step)
    known = _staged(batch, list(step.leads))
    leads = [merged(known[n], lead) if n in known else lead for n, lead in step.leads.items()]
    ImportRow.objects.stage(batch.pk, leads)
    RefusedRow.objects.bulk_create(step.refused)
    fresh, merges, customers, unwanted = count_standing([n for n in step.leads if n not in known])
    is_mine = ImportBatch.objects.keep_lease(
        batch,
        last_row_number=step.last_row_number,
        percent_read=percent_read,
        rows=F("rows") + step.rows,
        repeated=F("repeated") + step.rows - len(step.refused) - len(step.leads) + len(known),
        refused=F("refused") + len(step.refused),
        expected_fresh=F("expected_fresh") + fresh,
        expected_known=F("expected_known") + merges,
        customers=F("customers") + customers,
        unwanted=F("unwanted") + unwanted,
        **_remarks(batch, step),
    )
    if not is_mine:
        transaction.set_rollback(True)
    return is_mine


def _refuse_suppressed(step: Step) -> None:
    """A number whose person was deleted and had said no counts as one with a no."""
    for phone_number in SuppressedNumber.objects.among(step.leads):
        step.refusing += step.leads[phone_number]["consent"] is not False
        step.leads[phone_number]["consent"] = False


def _remarks(batch: ImportBatch, step: Step) -> dict[str, Any]:
    """What a step adds to the counts of remarkable rows, and the warnings that are shown."""
    batch.warnings = [*batch.warnings, *step.warnings][:SHOWN_WARNINGS]
    counts = {name: F(name) + getattr(step, name) for name in ("warned", "refusing")}
    counts |= {name: F(name) + getattr(step, name) for name in ("foreign", "doubtful")}
    return {"warnings": batch.warnings, **counts}


def _staged(batch: ImportBatch, phone_numbers: list[str]) -> dict[str, dict[str, Any]]:
    """The rows of these numbers that stood further above in the file."""
    found = ImportRow.objects.filter(batch=batch, phone_number__in=phone_numbers).values(*STAGED)
    return {row["phone_number"]: row for row in found}
