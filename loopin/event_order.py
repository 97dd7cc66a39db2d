"""The order in which events are followed, whichever table they are in: as they became visible.

Sequence numbers are not in commit order: an event with a lower id can become visible after one with
a higher id, and a reader that remembers the highest id would miss it. So every event carries the id
of its transaction, and readers stop below the oldest transaction still running: whatever lies there
is complete. A long transaction delays the readers, and loses nothing.

A table of events has the columns `id` and `transaction_id`, and an index over `POSITION`. A reader
remembers the position of the last event that it has read.
"""

import re
from collections.abc import Sequence
from typing import Any

from django.db import models


class TransactionIdField(models.Field[str, str]):
    """PostgreSQL's 64-bit transaction id (`xid8`), which never wraps around.

    Each app has a subclass that names its own frozen copy for migrations, because this class may
    move or change.
    """

    frozen_path: str

    def db_type(self, connection: Any) -> str:
        return "xid8"

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        return name, self.frozen_path, args, kwargs


CURRENT_TRANSACTION_ID = models.Func(function="pg_current_xact_id")
"""The transaction of an event, given by the database when it is written."""

OLDEST_RUNNING = "pg_snapshot_xmin(pg_current_snapshot())"
"""As SQL: transactions that commit from now on have this id or a higher one. With the id 0 it is
the position behind everything that is complete."""

OLDEST_RUNNING_TRANSACTION = models.Func(template=OLDEST_RUNNING)
"""The same for the ORM."""

POSITION = ("transaction_id", "id")
"""The columns of a position, as an index has them."""

IN_ORDER = "transaction_id, id"
LAST_FIRST = "transaction_id DESC, id DESC"

IS_COMPLETE = f"transaction_id < {OLDEST_RUNNING}"
"""A condition, as SQL: nothing can appear before this event any more."""


def is_after(transaction_id: str, event_id: str) -> str:
    """A condition, as SQL: the event comes after a position, whose parts are SQL too."""
    return f"({IN_ORDER}) > ({transaction_id}::xid8, {event_id})"


START = "0-0"
"""The position before the first event, as text, for readers that keep it elsewhere."""

AS_CURSOR = "transaction_id || '-' || id"
"""The position of an event as text, in SQL."""


def parts_of(cursor: str) -> tuple[str, int]:
    """The parts of a position that is text: the transaction's id and the event's."""
    transaction_id, _, event_id = cursor.partition("-")
    return transaction_id, int(event_id)


def is_cursor(text: str) -> bool:
    """Whether `parts_of` can read it; it may come from anybody."""
    found = re.fullmatch(r"([0-9]{1,20})-([0-9]{1,19})", text, re.ASCII)
    return bool(found) and int(found[1]) < 2**64 and int(found[2]) < 2**63  # type: ignore[index]
