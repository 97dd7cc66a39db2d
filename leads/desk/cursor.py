"""The desk's cursor: how far an open desk has seen the timeline of all leads, as the id of an event
(loopin/statements/event_order.py)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db.models.expressions import RawSQL

from leads.models.lead_event import ORDER
from leads.models.lead_queryset import LeadQuerySet
from loopin.sql import fetch_rows
from loopin.statements.event_order import SharedLook

MAX_EVENTS = 1000
"""Events that are looked at one by one; after more of them everything counts as changed."""

EVENTS_AFTER = """
SELECT event.lead_id, lead.owner_id, lead.promised_by_id
FROM (
    SELECT id, lead_id FROM leads_leadevent WHERE id > %s AND id <= %s ORDER BY id LIMIT %s
) AS event
JOIN leads_lead AS lead ON lead.id = event.lead_id
"""

shared_look = SharedLook(ORDER)
"""All desks wait for the same events, so for `DESK_CURSOR_SECONDS` one look is enough for them."""


@dataclass(frozen=True)
class Changes:
    """The events after a cursor: up to where they were read, and the leads that they are about.

    `people`: who has claimed these leads or promised them a call. `is_complete`: there were no more
    than `MAX_EVENTS`. `has_matching_lead`: one of the leads is among those that the caller asked
    about.
    """

    cursor: int
    lead_ids: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()
    is_complete: bool = True
    has_matching_lead: bool = False


def is_last_event(cursor: int) -> bool:
    """Whether nothing happened after a cursor, as far as the last look goes, which may be
    `DESK_CURSOR_SECONDS` old. At most one statement."""
    look = shared_look.take(max_age_seconds=settings.DESK_CURSOR_SECONDS)
    return look.complete <= cursor <= look.drawn


def seen_up_to(cursor: int) -> int | None:
    """Up to where the timeline is complete, as far as the last look goes, which may be
    `DESK_CURSOR_SECONDS` old; None if this database never had the event of the cursor. At most two
    statements."""
    look = shared_look.take(max_age_seconds=settings.DESK_CURSOR_SECONDS)
    if cursor > look.drawn:  # another process looked later, or an older state was restored
        look = shared_look.renew()
    return None if cursor > look.drawn else look.complete


def changes_after(cursor: int, *, up_to: int, leads: LeadQuerySet | None = None) -> Changes:
    """The events after a cursor, at most 1 000 of them, up to an id to which they are complete. At
    most one statement.

    `leads`: those of which the caller wants to know whether one of them changed.
    """
    if cursor >= up_to:
        return Changes(cursor)
    is_matching, values = _condition(leads)
    statement = f"SELECT changed.*, {is_matching} FROM ({EVENTS_AFTER}) AS changed"  # noqa: S608  the ORM's
    rows = fetch_rows(statement, [*values, cursor, up_to, MAX_EVENTS + 1])
    people = {person for row in rows for person in row[1:3] if person is not None}
    return Changes(
        up_to,
        frozenset(row[0] for row in rows),
        frozenset(people),
        is_complete=len(rows) <= MAX_EVENTS,
        has_matching_lead=any(row[3] for row in rows),
    )


def _condition(leads: LeadQuerySet | None) -> tuple[str, Sequence[Any]]:
    """SQL that says whether a changed lead is among these, and its values."""
    if leads is None:
        return "FALSE", []
    matching = leads.order_by().filter(pk=RawSQL("changed.lead_id", [])).values("pk")
    try:
        sql, values = matching.query.sql_with_params()
    except EmptyResultSet:
        return "FALSE", []
    return f"EXISTS ({sql})", values
