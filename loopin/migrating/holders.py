"""Tells who holds what a migration waits for: sessions, and never what they run, which may hold
data of people."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Self

from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper

LOOK_SECONDS = 0.1
"""Often enough to see who is in the way within one wait of `session.LOCK_TIMEOUT_MS`."""

PATIENT_SECONDS = 2
"""A wait that lasts so long is told while it lasts."""

REPEAT_SECONDS = 30

HOLDERS = """
SELECT pid, COALESCE(NULLIF(application_name, ''), backend_type),
       EXTRACT(epoch FROM clock_timestamp() - xact_start)::int
FROM pg_stat_activity WHERE pid = ANY(pg_blocking_pids(%s)) ORDER BY xact_start
"""

Session = tuple[int, str | None, int | None]


def described(sessions: list[Session]) -> str:
    """ "pid 812 (loopin worker, in a transaction for 42 s)", and so on. The server tells the age of
    other roles' transactions to members of pg_monitor alone."""
    words = []
    for pid, name, seconds in sessions:
        age = f", in a transaction for {seconds} s" if seconds is not None else ""
        words.append(f"pid {pid} ({name or 'without a name'}{age})")
    return " and ".join(words) or "somebody who has ended meanwhile"


class Watch:
    """Looks, on a connection and in a thread of its own, who holds up the session `pid`."""

    def __init__(
        self, connection: BaseDatabaseWrapper, pid: int, tell: Callable[[str], None]
    ) -> None:
        self._connection: Any = connection.copy()
        self._connection.inc_thread_sharing()
        self._pid, self._tell = pid, tell
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch of migrate", daemon=True)
        self._last: list[Session] = []
        self._since = self._told_at = 0.0

    @property
    def last(self) -> str:
        """Whom it saw last in the way."""
        return described(self._last)

    def _run(self) -> None:
        try:
            while not self._stopping.wait(LOOK_SECONDS):
                self._look()
        except DatabaseError as error:  # migrating goes on without being told
            self._tell(f"Who holds locks cannot be seen: {str(error).partition(chr(10))[0]}")
        finally:
            self._connection.close()

    def _look(self) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(HOLDERS, [self._pid])
            found = cursor.fetchall()
        now = time.monotonic()
        if not found:
            self._since = 0.0
            return
        self._since = self._since or now
        self._last = found
        if now - self._since > PATIENT_SECONDS and now - self._told_at > REPEAT_SECONDS:
            self._told_at = now
            self._tell(f"Waiting for {self.last}; nobody else is held up.")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *args: object) -> None:
        self._stopping.set()
        self._thread.join()


@contextmanager
def watching(connection: BaseDatabaseWrapper, tell: Callable[[str], None]) -> Iterator[Watch]:
    """While the block runs, see who holds up this connection's session."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
    with Watch(connection, pid, tell) as watch:
        yield watch
