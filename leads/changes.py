"""The desk's cursor: a word that changes whenever something on the desk may have.

Sequence numbers are not in commit order: an event with a lower id can become visible after one
with a higher id, and a reader that remembers the highest id would miss it. Every event carries the
id of its transaction, and readers stop below the oldest transaction still running: whatever lies
there is complete. A long transaction delays the desk, and loses nothing.
"""

import re
from dataclasses import dataclass

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
WHERE (transaction_id, id) > (%(transaction_id)s::xid8, %(event_id)s)
  AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY transaction_id, id
LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Changes:
    """What happened behind a cursor: up to which other one, and to which leads."""

    cursor: str
    lead_ids: frozenset[int]
    is_complete: bool

    def __bool__(self) -> bool:
        return bool(self.lead_ids)


def cursor_of_desk() -> str:
    """The position of the last complete event, in one indexed statement."""
    row = fetch_row(LATEST, [])
    return row[0] if row else START


def changes_after(cursor: str) -> Changes:
    """The complete events behind a cursor, at most 1 000 of them, in one indexed statement."""
    transaction_id, _, event_id = cursor.partition("-")
    values = {"transaction_id": transaction_id, "event_id": int(event_id), "limit": MOST + 1}
    rows = fetch_rows(AFTER, values)
    last = f"{rows[-1][0]}-{rows[-1][1]}" if rows else cursor
    return Changes(last, frozenset(row[2] for row in rows), is_complete=len(rows) <= MOST)


def is_cursor(text: str) -> bool:
    """Whether `changes_after` can read it; it may come from anybody."""
    found = re.fullmatch(r"([0-9]{1,20})-([0-9]{1,19})", text, re.ASCII)
    return bool(found) and int(found[1]) < 2**64 and int(found[2]) < 2**63  # type: ignore[index]
