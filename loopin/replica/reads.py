"""Lets a function read from the replica, if that cannot show less than its caller has seen.

A replica is behind the primary, usually by milliseconds and sometimes by hours. Whoever has just
claimed a lead has to find it claimed, and a list must not lose the row that it showed a second ago.
So before each such read the primary is asked how much it has written, and the replica is read only
once it has replayed all of that: everything that anybody had seen before is in the answer.
"""

import logging
import threading
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import (
    DEFAULT_DB_ALIAS,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    connections,
)
from psycopg.errors import QueryCanceled

from loopin.config.database import REPLICA
from loopin.replica.router import read_alias, reading_from

P = ParamSpec("P")
R = TypeVar("R")

WAIT_SECONDS = 0.05
"""How long a read waits for the replica. Streaming takes a few milliseconds; who is further behind
is not waited for, because the primary answers at once."""

LOOK_AGAIN_SECONDS = 0.005

AVOID_SECONDS = 5.0
"""How long a replica that failed or was late is left alone."""

WRITTEN = "SELECT pg_current_wal_flush_lsn()"
"""On the primary: a transaction is visible to others only after its commit was flushed, so that
everything that anybody saw lies before this position."""

HAS_REPLAYED = "SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= %s::pg_lsn"
"""On the replica. One that was promoted goes its own way, and has replayed nothing more."""

WHOSE = """
SELECT system_identifier, (SELECT oid FROM pg_database WHERE datname = current_database())
FROM pg_control_system()
"""
"""The same at a database and at every physical copy of it, and nowhere else."""

logger = logging.getLogger(__name__)


class _Availability:
    """Whether this process reads from the replica, shared by its threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._avoided_until = 0.0  # seconds of the monotonic clock
        self._is_well = True

    def is_avoided(self) -> bool:
        with self._lock:
            return time.monotonic() < self._avoided_until

    def avoid(self, reason: str) -> None:
        """Leave the replica alone for a while. The log says so once, not for each read."""
        with self._lock:
            was_well, self._is_well = self._is_well, False
            self._avoided_until = time.monotonic() + AVOID_SECONDS
        if was_well:
            logger.warning("The replica is not read from: %s. The primary answers", reason)

    def note_well(self) -> None:
        with self._lock:
            was_well, self._is_well = self._is_well, True
        if not was_well:
            logger.info("The replica has caught up, and is read from")


_availability = _Availability()


def from_replica(read: Callable[P, R]) -> Callable[P, R]:
    """The function reads from the replica if one is named, has caught up, and does not fail.

    The function has to read everything before it returns, and to write nothing: it is called again
    if the replica ends it half-way, as it may when rows are removed that it reads.
    """

    @wraps(read)
    def chosen(*args: P.args, **kwargs: P.kwargs) -> R:
        if not _is_wanted():
            return read(*args, **kwargs)
        try:
            if _is_copy() and _has_caught_up():
                with reading_from(REPLICA):
                    return read(*args, **kwargs)
        except (OperationalError, InterfaceError) as error:
            if isinstance(error.__cause__, QueryCanceled):
                raise  # it took too long, and would on the primary, too
            connections[REPLICA].close()
            _availability.avoid(type(error.__cause__ or error).__name__)
        return read(*args, **kwargs)

    return chosen


def _is_wanted() -> bool:
    """A transaction reads what it has written itself, which is on the primary alone."""
    if REPLICA not in settings.DATABASES or read_alias() == REPLICA:
        return False
    return not connections[DEFAULT_DB_ALIAS].in_atomic_block and not _availability.is_avoided()


def _is_copy() -> bool:
    """Whether the replica is one of the primary. Each connection to it is asked once, because the
    same address may lead elsewhere later: positions of another server would say nothing, and its
    rows may be another site's."""
    replica = connections[REPLICA]
    replica.ensure_connection()
    if getattr(replica.connection, "is_copy", False):
        return True
    try:
        is_copy = _row(DEFAULT_DB_ALIAS, WHOSE) == _row(REPLICA, WHOSE)
    except ProgrammingError:  # a service that keeps the function from us
        is_copy = False
    if not is_copy:
        replica.close()
        _availability.avoid("it is not known for a copy of this database")
        return False
    replica.connection.is_copy = True
    return True


def _has_caught_up() -> bool:
    [position] = _row(DEFAULT_DB_ALIAS, WRITTEN)
    end = time.monotonic() + WAIT_SECONDS
    while _row(REPLICA, HAS_REPLAYED, position) != (True,):
        if time.monotonic() > end:
            _availability.avoid("it is behind")
            return False
        time.sleep(LOOK_AGAIN_SECONDS)
    _availability.note_well()
    return True


def _row(alias: str, statement: str, *values: str) -> tuple[Any, ...]:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement, values)
        row: tuple[Any, ...] = cursor.fetchone()
    return row
