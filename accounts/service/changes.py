"""Whom a service has to read anew: at first everybody, and from then on who changed.

The events of people are followed as far as they are complete (loopin/statements/event_order.py).
Whoever remembers the time of the last change would miss what commits later.
"""

import re
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Self

from accounts.models import User
from accounts.models.person_event import ORDER, RETENTION, PersonEventKind
from accounts.service.errors import CursorExpired
from accounts.service.people import People, read_many
from accounts.service.sql import CARRIED_OVER, EVENTS_AFTER, LAST_COMPLETE, LISTED
from loopin.errors import raises
from loopin.sql import fetch_row, fetch_rows
from loopin.web.query import CursorInvalid

PAGE_SIZE = 100
"""People at most in one answer."""

LIFETIME = RETENTION - timedelta(days=1)
"""How long a cursor holds: a day less than the events are kept, since an event is dated by the
beginning of its transaction."""

_WRITTEN = re.compile(r"([0-9]{1,19})-([0-9]{1,18})-([0-9]{1,11})(?:-([0-9]{1,18}))?", re.ASCII)

NO_TRANSACTION = 0
"""What a cursor begins with. That of release 1.0 begins with a transaction, and no transaction has
this id: so 1.0 takes a cursor of this release for one before every event, and leaves none out."""


@dataclass(frozen=True)
class Cursor:
    """How far a service has read: behind the event with this id.

    `written_at`: in seconds since 1970. `listed_id`: while everybody is listed, the last one that
    was; the events follow afterwards, from where they stood when the list began.
    """

    event_id: int
    written_at: int
    listed_id: int | None = None
    transaction_id: int = NO_TRANSACTION

    @classmethod
    def begin(cls) -> Self:
        """Before the first person. One statement."""
        row = fetch_row(LAST_COMPLETE, [])
        return cls(row[0] if row else 0, round(time.time()), listed_id=0)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises CursorInvalid for what `str` did not write, and CursorExpired."""
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise CursorInvalid("after")
        transaction_id, event_id, written_at, listed_id = found.groups()
        listed = None if listed_id is None else int(listed_id)
        cursor = cls(int(event_id), int(written_at), listed, int(transaction_id))
        if cursor.written_at < time.time() - LIFETIME.total_seconds():
            raise CursorExpired
        return cursor

    def __str__(self) -> str:
        parts = [self.transaction_id, self.event_id, self.written_at, self.listed_id]
        return "-".join(str(part) for part in parts if part is not None)


@dataclass(frozen=True)
class Changes:
    """`next`: the cursor of what follows; `has_more`: whether something does already."""

    people: People
    next: Cursor
    has_more: bool


@raises(CursorInvalid, CursorExpired)
def read_changes(after: str, *, reader: User) -> Changes:
    """A page of people who changed since a cursor, as they are; everybody in turn without one.

    Each change comes at least once, whoever commits when. At most six statements.
    """
    cursor = Cursor.parse(after) if after else Cursor.begin()
    ids, following = _events(cursor) if cursor.listed_id is None else _listed(cursor)
    has_more = len(ids) == PAGE_SIZE or following.listed_id != cursor.listed_id
    return Changes(read_many(set(ids), reader=reader, way="changes"), following, has_more)


def _listed(cursor: Cursor) -> tuple[list[int], Cursor]:
    values = {"after_id": cursor.listed_id, "size": PAGE_SIZE}
    ids = [row[0] for row in fetch_rows(LISTED, values)]
    is_last = len(ids) < PAGE_SIZE
    return ids, replace(cursor, listed_id=None if is_last else ids[-1])


def _events(cursor: Cursor) -> tuple[list[int], Cursor]:
    """Raises CursorExpired if the position lies in the future, as it does after an older state of
    the database was restored."""
    look = ORDER.look()
    if cursor.transaction_id != NO_TRANSACTION:
        cursor = _carried_over(cursor, look.complete)
    if cursor.event_id > look.drawn:
        raise CursorExpired
    values = {"after_id": cursor.event_id, "complete": look.complete, "size": PAGE_SIZE}
    events = fetch_rows(EVENTS_AFTER, values | {"ending": PersonEventKind.SESSION_REVOKED.value})
    last_id = events[-1][0] if events else cursor.event_id
    return [row[1] for row in events], Cursor(last_id, round(time.time()))


def _carried_over(cursor: Cursor, complete: int) -> Cursor:
    """A cursor of release 1.0, moved before the first event that it does not include: some come
    again, and none is left out. Raises CursorExpired if it is of another server."""
    position = {"transaction_id": str(cursor.transaction_id), "event_id": cursor.event_id}
    row = fetch_row(CARRIED_OVER, position | {"complete": complete})
    if row is None:
        raise CursorExpired
    return replace(cursor, event_id=row[0], transaction_id=NO_TRANSACTION)
