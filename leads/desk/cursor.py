"""The desk's cursor: a position in the timeline of all leads, in the order in which events became
visible (loopin/event_order.py)."""

import math
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db.models.expressions import RawSQL

from leads.models.lead_queryset import LeadQuerySet
from loopin import event_order
from loopin.event_order import START
from loopin.sql import fetch_row, fetch_rows

MAX_EVENTS = 1000
"""Events that are looked at one by one; after more of them everything counts as changed."""

LATEST_EVENT = f"""
SELECT {event_order.AS_CURSOR} FROM leads_leadevent
WHERE {event_order.IS_COMPLETE}
ORDER BY {event_order.LAST_FIRST}
LIMIT 1
"""  # noqa: S608  constants

EVENTS_AFTER = f"""
SELECT {event_order.IN_ORDER}, lead_id FROM leads_leadevent
WHERE {event_order.is_after("%s", "%s")} AND {event_order.IS_COMPLETE}
ORDER BY {event_order.IN_ORDER}
LIMIT %s
"""  # noqa: S608  constants


@dataclass(frozen=True)
class Changes:
    """The events after a cursor: the position of the last one, and the leads that they are about.

    `is_complete`: there were no more than `MAX_EVENTS`. `has_matching_lead`: one of the leads is
    among those that the caller asked about.
    """

    cursor: str
    lead_ids: frozenset[int]
    is_complete: bool
    has_matching_lead: bool


class LatestCursor:
    """The end of the timeline as this process last read it, shared by its threads.

    All desks wait for the same events, so between two reads none of them costs a statement.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cursor = START
        self._read_at = -math.inf  # seconds of the monotonic clock

    def store(self, cursor: str, *, read_at: float) -> None:
        with self._lock:
            self._cursor, self._read_at = cursor, read_at

    def is_fresh(self, cursor: str) -> bool:
        """Whether this cursor was the end of the timeline within `DESK_CURSOR_SECONDS`."""
        with self._lock:
            age = time.monotonic() - self._read_at
            return self._cursor == cursor and age < settings.DESK_CURSOR_SECONDS


_latest = LatestCursor()


def is_latest(cursor: str) -> bool:
    """Whether there was no event after a cursor within the last `DESK_CURSOR_SECONDS`."""
    return _latest.is_fresh(cursor)


def latest_cursor() -> str:
    """The position of the last complete event, in one indexed statement."""
    row = fetch_row(LATEST_EVENT, [])
    return row[0] if row else START


def changes_after(cursor: str, leads: LeadQuerySet | None = None) -> Changes:
    """The complete events after a cursor, at most 1 000 of them, in one indexed statement.

    `leads`: those of which the caller wants to know whether one of them changed.
    """
    read_at = time.monotonic()
    is_matching, values = _condition(leads)
    statement = f"SELECT changed.*, {is_matching} FROM ({EVENTS_AFTER}) AS changed"  # noqa: S608  the ORM's
    rows = fetch_rows(statement, [*values, *event_order.parts_of(cursor), MAX_EVENTS + 1])
    last = f"{rows[-1][0]}-{rows[-1][1]}" if rows else cursor
    is_complete = len(rows) <= MAX_EVENTS
    if is_complete:
        _latest.store(last, read_at=read_at)
    lead_ids = frozenset(row[2] for row in rows)
    return Changes(last, lead_ids, is_complete, has_matching_lead=any(row[3] for row in rows))


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
