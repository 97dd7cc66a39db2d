"""The desk's cursor: a word that changes whenever something on the desk may have.

Sequence numbers are not in commit order: an event with a lower id can become visible after one
with a higher id, and a reader that remembers the highest id would miss it. Every event carries the
id of its transaction, and readers stop below the oldest transaction still running: whatever lies
there is complete. A long transaction delays the desk, and loses nothing.
"""

from loopin.sql import fetch_row

LATEST = """
SELECT transaction_id, id FROM leads_leadevent
WHERE transaction_id < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY transaction_id DESC, id DESC
LIMIT 1
"""


def cursor_of_desk() -> str:
    """The position of the last complete event, in one indexed statement."""
    row = fetch_row(LATEST, [])
    return f"{row[0]}-{row[1]}" if row else "0"
