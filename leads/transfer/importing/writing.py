"""Writes the leads of a confirmed import, a thousand at a time and each once."""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest, Least, Now
from django.utils.translation import gettext as _

from leads.models import ImportBatch, import_sql
from leads.models.import_state import UNDO_TIME, ImportState
from leads.models.lead_note import MAX_NOTE_LENGTH
from leads.models.lead_status import NAME_ACTOR, Actor
from loopin.sql import execute, fetch_row, without_prepared_plans

LEADS_A_STEP = 1000


def steps(batch: ImportBatch) -> Iterator[None]:
    """Go on with an import that is being written. What a step writes, it deletes from the rows that
    wait, so that a process killed in it has written nothing of it and the next one writes all."""
    execute(import_sql.COUNT_WAITING_ROWS, [])
    while written := _write_next(batch):
        yield
        if written < LEADS_A_STEP:
            break
    ImportBatch.objects.finish(
        batch, ImportState.DONE, finished_at=Now(), kept_until=Now() + UNDO_TIME
    )


@without_prepared_plans()
@transaction.atomic
def _write_next(batch: ImportBatch) -> int:
    """How many rows were written; 0 at the end, or when somebody cancelled. Six statements."""
    if not ImportBatch.objects.keep_lease(batch):
        return 0
    values = {
        "batch": batch.pk,
        "after": batch.last_row_id,
        "most": LEADS_A_STEP,
        "actor_id": batch.creator_id,
        "follow_up_label": _("Follow-up on"),
        "most_of_note": MAX_NOTE_LENGTH,
        **import_sql.PARAMETERS,
        **import_sql.rules(),
    }
    execute(import_sql.WITHDRAW_CONSENT, values)
    execute(NAME_ACTOR, [Actor.IMPORT.value])
    row = fetch_row(import_sql.WRITE_LEADS, values)
    assert row is not None  # noqa: S101  it returns counts
    _count(batch, *row)
    return int(row[0])


def _count(  # noqa: PLR0913, PLR0917  the columns of a statement
    batch: ImportBatch,
    rows: int,
    last_row_id: int | None,
    fresh: int,
    merged: int,
    first_event_id: int | None,
    last_event_id: int | None,
) -> None:
    batch.last_row_id = last_row_id or batch.last_row_id
    ImportBatch.objects.filter(pk=batch.pk).update(
        last_row_id=batch.last_row_id,
        written=F("written") + rows,
        fresh=F("fresh") + fresh,
        merged=F("merged") + merged,
        first_event_id=Least(F("first_event_id"), Value(first_event_id)),
        last_event_id=Greatest(F("last_event_id"), Value(last_event_id)),
    )
