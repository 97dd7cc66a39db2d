"""The desk's cursor: a word that changes whenever something on the desk may have.

Sequence numbers are not in commit order: an event with a lower id can become visible after one
with a higher id, and a reader that remembers the highest id would miss it. Every event carries the
id of its transaction, and readers stop below the oldest transaction still running: whatever lies
there is complete. A long transaction delays the desk, and loses nothing.
"""

import math
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db.models.expressions import RawSQL

from leads.models.lead_queryset import LeadQuerySet
from loopin.sql import fetch_row, fetch_rows

START = "0-0"
"""Before the first event."""

MOST = 1000
"""Events that are looked at one by one; after more of them everything counts as changed."""

LATEST = """
SELECT transaction_id || '-' || id FROM leads_leadevent
WHERE transaction_id < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY transaction_id DESC, id DESC
LIMIT 1
"""

AFTER = """
SELECT transaction_id, id, lead_id FROM leads_leadevent
WHERE (transaction_id, id) > (%s::xid8, %s)
  AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY transaction_id, id
LIMIT %s
"""


@dataclass(frozen=True)
class Changes:
    """What happened behind a cursor: up to which other one, and to which leads.

    `entered`: whether one of them is among those that were asked about.
    """

    cursor: str
    lead_ids: frozenset[int]
    is_complete: bool
    entered: bool


@dataclass(frozen=True)
class _Seen:
    """Where the timeline stood, and when (seconds of the monotonic clock)."""

    cursor: str
    at: float


_seen = _Seen(START, -math.inf)
"""By this process, for whichever desk. Threads put whole values in its place."""


def is_latest(cursor: str) -> bool:
    """Whether nothing lay behind a cursor a moment ago, at most `DESK_CURSOR_SECONDS`.

    All desks wait for the same thing, so between two looks at the timeline none costs a statement.
    """
    return _seen.cursor == cursor and time.monotonic() - _seen.at < settings.DESK_CURSOR_SECONDS


def cursor_of_desk() -> str:
    """The position of the last complete event, in one indexed statement."""
    row = fetch_row(LATEST, [])
    return row[0] if row else START


def changes_after(cursor: str, asked: LeadQuerySet | None = None) -> Changes:
    """The complete events behind a cursor, at most 1 000 of them, in one indexed statement.

    `asked`: leads of which the caller wants to know whether one of them changed.
    """
    global _seen  # noqa: PLW0603
    at = time.monotonic()
    transaction_id, _, event_id = cursor.partition("-")
    entered, values = _entered(asked)
    statement = f"SELECT changed.*, {entered} FROM ({AFTER}) AS changed"  # noqa: S608  the ORM's
    rows = fetch_rows(statement, [*values, transaction_id, int(event_id), MOST + 1])
    last = f"{rows[-1][0]}-{rows[-1][1]}" if rows else cursor
    is_complete = len(rows) <= MOST
    if is_complete:
        _seen = _Seen(last, at)
    lead_ids = frozenset(row[2] for row in rows)
    return Changes(last, lead_ids, is_complete, entered=any(row[3] for row in rows))


def _entered(asked: LeadQuerySet | None) -> tuple[str, Sequence[Any]]:
    if asked is None:
        return "FALSE", []
    changed = asked.order_by().filter(pk=RawSQL("changed.lead_id", [])).values("pk")
    try:
        sql, values = changed.query.sql_with_params()
    except EmptyResultSet:
        return "FALSE", []
    return f"EXISTS ({sql})", values


def is_cursor(text: str) -> bool:
    """Whether `changes_after` can read it; it may come from anybody."""
    found = re.fullmatch(r"([0-9]{1,20})-([0-9]{1,19})", text, re.ASCII)
    return bool(found) and int(found[1]) < 2**64 and int(found[2]) < 2**63  # type: ignore[index]
