"""Undoes an import: what nobody worked on since is as it was before, the rest is kept."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F
from django.db.models.functions import Now

from leads.insights import rollups
from leads.models import ImportBatch, Lead, import_sql
from leads.models.import_state import ImportState
from leads.models.lead_status import NAME_ACTOR, Actor
from loopin.sql import deletion_allowed, execute, fetch_rows, without_prepared_plans

LEADS_A_STEP = 1000


def steps(batch: ImportBatch) -> Iterator[None]:
    """Go on with an import that is being undone. The leads that it made are deleted with their
    timelines, and leads that it completed have blanks again where they had some."""
    while _undo_next(batch):
        yield
    ImportBatch.objects.finish(batch, ImportState.UNDONE, kept_until=Now())


@without_prepared_plans()
def _undo_next(batch: ImportBatch) -> bool:
    """Whether there was anything left to look at.

    The leads are locked before anybody looks at what happened to them, so that whoever claims one
    at the same time has it, or finds none.
    """
    values = {"batch": batch.pk, "actor_id": batch.creator_id} | import_sql.PARAMETERS
    span = {"after": batch.last_row_id, "last": batch.last_event_id or 0, "most": LEADS_A_STEP}
    with deletion_allowed():
        if not ImportBatch.objects.keep_lease(batch):
            return False
        events = fetch_rows(import_sql.NEXT_EVENTS, values | span)
        if not events:
            return False
        execute(import_sql.LOCK_LEADS, {"lead_ids": [lead_id for _, lead_id in events]})
        ids = {"event_ids": [event_id for event_id, _ in events]}
        untouched = fetch_rows(import_sql.UNTOUCHED, values | ids)
        _undo(untouched, values)
        _count(batch, events, untouched)
    return True


def _undo(untouched: list[tuple[Any, ...]], values: dict[str, Any]) -> None:
    completed = [event_id for event_id, _, is_known in untouched if is_known]
    made = [lead_id for _, lead_id, is_known in untouched if not is_known]
    execute(NAME_ACTOR, [Actor.IMPORT.value])
    execute(import_sql.EMPTY_FILLED, values | {"event_ids": completed})
    if made:
        rollups.take_back(Lead.objects.filter(pk__in=made))


def _count(
    batch: ImportBatch, events: list[tuple[Any, ...]], untouched: list[tuple[Any, ...]]
) -> None:
    batch.last_row_id = events[-1][0]
    ImportBatch.objects.filter(pk=batch.pk).update(
        last_row_id=batch.last_row_id,
        taken_back=F("taken_back") + len(untouched),
        kept=F("kept") + len(events) - len(untouched),
    )
