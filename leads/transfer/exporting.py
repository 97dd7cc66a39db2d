"""Exports leads. Who takes which leads is recorded before any of them are sent."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from accounts import limits
from accounts.errors import RateLimited
from accounts.models import SecurityEvent, User
from accounts.models.security_event import Kind
from leads import access
from leads.access import Action
from leads.desk import search_limits
from leads.desk.counts import estimated_count
from leads.models import LeadExport
from leads.models.lead_queryset import LeadQuerySet
from leads.transfer.errors import (
    ExportGone,
    ExportNotFound,
    ExportRunning,
    ExportsUsedUp,
    NothingToExport,
)
from leads.transfer.export_file import FIELDS, ExportFile
from leads.transfer.selection import Selection
from loopin.replica.reads import from_replica

CHUNK = 2000
"""Rows in one transaction, which takes about a tenth of a second."""


def count(selection: Selection, *, actor: User) -> int:
    """How many leads an export of these would have; estimated above 10 000.

    Raises NotPermitted or SearchesUsedUp.
    """
    access.require(actor, Action.EXPORT)
    search_limits.spend(selection.search, actor)
    return estimated_count(selection.leads(actor))


def request_export(
    selection: Selection, *, actor: User, has_full_numbers: bool = False
) -> LeadExport:
    """Record an export of these leads; `start_download` and `content` then send the file.

    Raises NotPermitted, SearchesUsedUp, NothingToExport, ExportRunning or ExportsUsedUp.
    """
    _require(actor, has_full_numbers=has_full_numbers)
    expected = count(selection, actor=actor)
    if not expected:
        raise NothingToExport
    if LeadExport.objects.filter(creator=actor).running().exists():
        raise ExportRunning
    try:
        limits.spend([limits.EXPORTS_TODAY.limit_for(localdate(), actor.pk)])
    except RateLimited as refused:
        raise ExportsUsedUp(refused.retry_after) from None
    export: LeadExport = LeadExport.objects.create(
        creator=actor,
        query=selection.query,
        lead_ids=selection.lead_ids,
        has_full_numbers=has_full_numbers,
        expected_rows=expected,
    )
    return export


def export_of(export_id: int, *, actor: User) -> LeadExport:
    """An export that the actor requested. Raises NotPermitted or ExportNotFound."""
    access.require(actor, Action.EXPORT)
    export = LeadExport.objects.filter(pk=export_id, creator=actor).first()
    if export is None:
        raise ExportNotFound
    return export


@transaction.atomic
def start_download(export_id: int, *, actor: User) -> LeadExport:
    """Start the download of an export: once, by the person who requested it, within an hour.

    Raises NotPermitted, ExportNotFound, ExportGone or ExportRunning.
    """
    export_of(export_id, actor=actor)
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)  # locked, so that only one starts
    own = LeadExport.objects.filter(creator=actor)
    export = own.waiting().filter(pk=export_id).first()
    if export is None:
        raise ExportGone
    _require(actor, has_full_numbers=export.has_full_numbers)
    if own.running().exists():
        raise ExportRunning
    own.start(export.pk)
    data = {"export": export.pk, "masked": not export.has_full_numbers}
    SecurityEvent.objects.record(Kind.LEADS_EXPORTED, user_id=actor.pk, data=data)
    return export


def content(export: LeadExport, *, actor: User) -> Iterator[bytes]:
    """The file in pieces of `CHUNK` rows, newest first. Closing it early marks the export as
    stopped.

    No cursor and no transaction is open between the pieces, so that it works through a pooler and a
    slow reader blocks nobody. Leads that arrive meanwhile are not part of it.
    """
    leads = Selection(export.query, export.lead_ids).leads(actor)
    file = ExportFile(has_full_numbers=export.has_full_numbers)
    is_complete = False
    try:
        yield file.head()
        rows, noted_ids = _next_rows(export, leads)
        while rows:
            yield file.lines(row for row in rows if row.pk in noted_ids)
            rows, noted_ids = _next_rows(export, leads.filter(pk__lt=rows[-1].pk))
        is_complete = True
    finally:
        LeadExport.objects.end(export.pk, is_complete=is_complete)


def _next_rows(export: LeadExport, leads: LeadQuerySet) -> tuple[list[Any], set[int]]:
    """The next rows, and the ids of those whose export is in their timelines: only these are
    sent."""
    rows = _read(leads)
    with transaction.atomic():
        return rows, export.note([row.pk for row in rows]) if rows else set()


@from_replica
def _read(leads: LeadQuerySet) -> list[Any]:
    return list(leads.order_by("-pk").values_list(*FIELDS, named=True)[:CHUNK])


def _require(actor: User, *, has_full_numbers: bool) -> None:
    access.require(actor, Action.EXPORT)
    if has_full_numbers:
        access.require(actor, Action.EXPORT_FULL_NUMBERS)
