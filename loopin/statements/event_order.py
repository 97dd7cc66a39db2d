"""The order in which events are followed, whichever table they are in: by id, as far as they are
complete.

Ids are drawn before the commit: an event with a lower id can become visible after one with a higher
id, and a reader that remembers the highest id would miss it. So a transaction takes a lock before
it draws its first id, and holds it until its end. The number of the lock is the highest id that was
drawn before. Whoever looks reads the highest id drawn so far, and then the lowest of these numbers.
Up to the smaller of both, every event can be seen by each statement that begins afterwards, or its
transaction was rolled back.

Ids survive a restore into another server. The locks are of one table in one database: neither a
transaction that writes no event delays a reader, nor one in another database. A trigger takes the
lock, and a function of the database looks; the migrations of accounts and leads make them.
"""

import math
import threading
import time
from dataclasses import dataclass

from django.db import models

from loopin.sql import fetch_row

START = 0
"""The position before the first event."""


@dataclass(frozen=True)
class Look:
    """How far a table of events is at one moment.

    `drawn`: the highest id drawn so far; no event has a higher one. `complete`: up to this id,
    nothing can appear any more. It holds for every statement that begins after the look, however
    much later, and not for the statement that looks: that one may have begun before a commit.
    """

    drawn: int
    complete: int


@dataclass(frozen=True)
class EventOrder:
    """A table of events, by the function of the database that looks at it.

    The function knows the writers of its own server alone. On a standby it fails, because the locks
    are not replicated: ask the primary, and read on the standby once it has replayed what the
    primary had written by then.
    """

    function: str

    def look(self) -> Look:
        """One statement. It reads no event, however many there are."""
        statement = f"SELECT drawn, complete FROM {self.function}()"  # noqa: S608  a constant
        drawn, complete = fetch_row(statement, []) or (START, START)
        return Look(drawn, complete)

    @property
    def complete_sql(self) -> str:
        """As SQL: up to which id events are complete for the statements that follow."""
        return f"(SELECT complete FROM {self.function}())"  # noqa: S608  a constant

    @property
    def complete(self) -> models.Func:
        """The same for the ORM."""
        return models.Func(template=self.complete_sql, output_field=models.BigIntegerField())


class SharedLook:
    """The last look of this process at a table of events, shared by its threads."""

    def __init__(self, order: EventOrder) -> None:
        self._order = order
        self._lock = threading.Lock()
        self._look = Look(START, START)
        self._looked_at = -math.inf  # seconds of the monotonic clock

    def take(self, *, max_age_seconds: float) -> Look:
        """A look that is not older than that; costs a statement if there is none yet."""
        with self._lock:
            if time.monotonic() - self._looked_at < max_age_seconds:
                return self._look
        return self.renew()

    @property
    def last(self) -> Look:
        """The last look, however old; at the start, if there is none yet."""
        with self._lock:
            return self._look

    def renew(self) -> Look:
        """Look again, whatever is remembered."""
        began_at = time.monotonic()
        look = self._order.look()
        self.remember(look, began_at=began_at)
        return look

    def remember(self, look: Look, *, began_at: float) -> None:
        """Share a look that began at this time of the monotonic clock."""
        with self._lock:
            if began_at > self._looked_at:
                self._look, self._looked_at = look, began_at
