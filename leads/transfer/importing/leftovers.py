"""Deletes what an import does not need any more: its file, the rows that wait, the refused ones."""

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from leads.models import ImportBatch, ImportPiece, ImportRow, RefusedRow
from leads.models.import_state import ImportState

NEEDS_FILE = [ImportState.MATCHING, ImportState.READING]
NEEDS_ROWS = [ImportState.READING, ImportState.WAITING, ImportState.WRITING]

SIZES = {ImportPiece: 20, ImportRow: 10_000, RefusedRow: 10_000}
"""How many rows one statement deletes: 20 MiB, or a tenth of a second."""


def delete_all() -> None:
    """Delete what is left of imports that are over, and imports that waited too long."""
    expired = ImportBatch.objects.expired()
    expired.move(ImportState.CANCELLED, kept_until=Now())
    for batch_id in ImportBatch.objects.filter(_has_leftovers()).values_list("pk", flat=True):
        delete_of(batch_id)


def delete_of(batch_id: int) -> None:
    """Delete what this import does not need in its state, in short statements."""
    batch = ImportBatch.objects.get(pk=batch_id)
    if batch.state not in NEEDS_FILE:
        _delete(ImportPiece, batch_id)
        ImportBatch.objects.filter(pk=batch_id).exclude(sample=[]).update(sample=[])
    if batch.state not in NEEDS_ROWS:
        _delete(ImportRow, batch_id)
    if ImportBatch.objects.filter(_refused_rows_are_over(), pk=batch_id).exists():
        _delete(RefusedRow, batch_id)


def _delete(model: type[ImportPiece | ImportRow | RefusedRow], batch_id: int) -> None:
    rows = model._default_manager.filter(batch=batch_id)
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[: SIZES[model]]):
        rows.filter(pk__lte=keys[-1]).delete()


def _refused_rows_are_over() -> Q:
    return Q(kept_until__lt=Now()) & ~Q(state__in=NEEDS_ROWS)


def _has_leftovers() -> Q:
    pieces, staged, refused = (
        Q(Exists(model._default_manager.filter(batch=OuterRef("pk"))))
        for model in (ImportPiece, ImportRow, RefusedRow)
    )
    return (
        (~Q(state__in=NEEDS_FILE) & pieces)
        | (~Q(state__in=NEEDS_ROWS) & staged)
        | (_refused_rows_are_over() & refused)
    )
