"""Imports leads from a file: its columns are chosen, then it is read, confirmed and written.

Each step is a state of the import (`ImportState`), and whoever asks for a step that is not due is
told. What takes longer than a request may is done by the worker (turns.py).
"""

import os
from collections.abc import Sequence
from itertools import islice
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Now
from django.utils.timezone import localdate, now
from django.utils.translation import get_language

from accounts import limits
from accounts.errors import RateLimited
from accounts.models import User
from leads import access, masking
from leads.access import Action
from leads.desk import search_limits
from leads.models import ImportBatch, ImportMatching
from leads.models.import_state import CONFIRMATION_TIME, ImportState
from leads.transfer.errors import (
    ImportExpired,
    ImportNotFound,
    ImportNotWaiting,
    PreviewsUsedUp,
    TooManyImports,
    UndoTooLate,
)
from leads.transfer.importing import leftovers, stored_file, turns
from leads.transfer.importing.refused_file import REASON_COLUMN
from leads.transfer.reading import columns, tables
from leads.transfer.reading.columns import Field
from loopin.errors import ValidationFailed

SAMPLE_ROWS = 5
MOST_OPEN = 5
"""Imports of one person that are neither done nor cancelled: each has a file in the database."""

OPEN = [ImportState.MATCHING, ImportState.READING, ImportState.WAITING, ImportState.WRITING]


def upload(file: BinaryIO, *, file_name: str, actor: User) -> ImportBatch:
    """Store a file and guess what its columns are; they are chosen next.

    Raises NotPermitted, TooManyImports, or ImportRefused if it cannot be understood.
    """
    access.require(actor, Action.IMPORT)
    leftovers.delete_all()
    if ImportBatch.objects.filter(creator=actor, state__in=OPEN).count() >= MOST_OPEN:
        raise TooManyImports
    table = tables.open_table(file, file_name=file_name)
    head = [cells for _, cells in islice(table.rows(), columns.GUESS_ROWS)]
    with transaction.atomic():
        batch: ImportBatch = ImportBatch.objects.create(
            creator=actor,
            file_name=file_name,
            size=file.seek(0, os.SEEK_END),
            language=get_language() or "en",
            header=table.header,
            fields=_fields(table.header, head),
            sample=head[:SAMPLE_ROWS],
            kept_until=now() + CONFIRMATION_TIME,
        )
        stored_file.store(batch, file)
    return batch


def _fields(header: list[str], head: list[list[str]]) -> list[Field]:
    """As the team chose them for such a file before, or as they look.

    Refused rows that come back have their reason behind their own columns, and no lead needs it.
    """
    if header[-1:] == [REASON_COLUMN]:
        return [*_fields(header[:-1], [cells[:-1] for cells in head]), Field.IGNORE]
    known = ImportMatching.objects.recall(columns.matching_key(header))
    return [Field(name) for name in known] if known else columns.guess(header, head)


def batch_of(batch_id: int, *, actor: User) -> ImportBatch:
    """An import of the actor's own. Raises NotPermitted or ImportNotFound."""
    access.require(actor, Action.IMPORT)
    batch = ImportBatch.objects.filter(pk=batch_id, creator=actor).first()
    if batch is None:
        raise ImportNotFound
    return batch


def follow(batch_id: int, *, actor: User) -> ImportBatch:
    """An import for its page, which works on it if no worker does. Raises as `batch_of` does."""
    batch = batch_of(batch_id, actor=actor)
    if not batch.is_working:
        return batch
    turns.help_out(batch_id)
    return batch_of(batch_id, actor=actor)


def choose_columns(
    batch_id: int, fields: Sequence[Field], *, region: str, is_remembered: bool, actor: User
) -> None:
    """Say what the columns are, and begin to read the file.

    `region`: the country of numbers without a country code, "" for `DEFAULT_COUNTRY`. Reading says
    how many of the numbers are known, so somebody who sees numbers masked does it not often in a
    day. The columns of files with the same names are remembered for the whole team if wanted.

    Raises ImportNotWaiting, ImportExpired, ValidationFailed or PreviewsUsedUp, and as `batch_of`.
    """
    batch = batch_of(batch_id, actor=actor)
    _require_waiting(batch, ImportState.MATCHING)
    _require_usable(fields)
    _spend_preview(actor)
    due = ImportBatch.objects.filter(pk=batch_id, state=ImportState.MATCHING)
    if not due.move(ImportState.READING, fields=list(fields), region=region, sample=[]):
        raise ImportNotWaiting
    if is_remembered and (key := columns.matching_key(batch.header)):
        ImportMatching.objects.remember(key, list(fields))
    turns.work_at_once(batch_id)


def _require_usable(fields: Sequence[Field]) -> None:
    try:
        columns.check_fields(fields)
    except ValidationError as error:
        raise ValidationFailed.from_rule("columns", error) from None


def _require_waiting(batch: ImportBatch, state: ImportState) -> None:
    if batch.state != state:
        raise ImportNotWaiting
    if batch.kept_until < now():
        raise ImportExpired


def _spend_preview(actor: User) -> None:
    if masking.may_have_all_numbers(actor):
        return
    today = limits.PREVIEWS_TODAY.limit_for(localdate(), actor.pk)
    try:
        limits.spend([today])
    except RateLimited as refused:
        search_limits.report("previewed many imports", actor)
        raise PreviewsUsedUp(refused.retry_after) from None


def confirm(batch_id: int, *, actor: User) -> None:
    """Write the leads of an import that was read; confirming again changes nothing.

    Raises ImportNotWaiting or ImportExpired, and as `batch_of`.
    """
    batch = batch_of(batch_id, actor=actor)
    if batch.confirmed_at is not None:
        return
    _require_waiting(batch, ImportState.WAITING)
    due = ImportBatch.objects.filter(pk=batch_id, state=ImportState.WAITING, kept_until__gt=Now())
    due.move(ImportState.WRITING, confirmed_at=Now())
    turns.work_at_once(batch_id)


def cancel(batch_id: int, *, actor: User) -> None:
    """Stop an import that is not done. Leads that were written stay, and can be undone.

    Raises ImportNotWaiting, and as `batch_of`.
    """
    batch_of(batch_id, actor=actor)
    if not ImportBatch.objects.filter(pk=batch_id, state__in=OPEN).cancel():
        raise ImportNotWaiting
    leftovers.delete_of(batch_id)


def undo(batch_id: int, *, actor: User) -> None:
    """Undo an import within `UNDO_TIME`, as far as nobody worked on its leads since. A "no" stays.

    Undoing again changes nothing. Raises UndoTooLate, and as `batch_of`.
    """
    batch = batch_of(batch_id, actor=actor)
    if batch.state in (ImportState.UNDOING, ImportState.UNDONE):
        return
    if batch.undo_until is None:
        raise UndoTooLate
    due = ImportBatch.objects.filter(pk=batch_id, state=batch.state)
    if due.move(ImportState.UNDOING, last_row_id=(batch.first_event_id or 1) - 1):
        turns.work_at_once(batch_id)


def last_imports(actor: User, *, most: int = 10) -> list[ImportBatch]:
    """The last imports: one's own; who sees all leads sees those of everybody.

    Raises NotPermitted.
    """
    access.require(actor, Action.IMPORT)
    batches = ImportBatch.objects.select_related("creator").exclude(
        state=ImportState.CANCELLED, confirmed_at=None
    )
    sees_all = actor.has_perm("leads.see_all_leads")
    return list((batches if sees_all else batches.filter(creator=actor))[:most])
