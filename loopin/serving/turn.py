"""The right of one thread to work, which comes with connections to the databases."""

import threading
from _thread import allocate_lock

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

NOBODY = 0


class ConnectionIsShared(Exception):
    """A turn was to be passed on within a transaction, which belongs to its thread."""


class Turn:
    """The right to work, with a connection to each database, opened at its first statement."""

    def __init__(self) -> None:
        self._connections: dict[str, BaseDatabaseWrapper] = {
            alias: connections.create_connection(alias) for alias in connections
        }

    def enter(self) -> None:
        """The connections are those of the calling thread from here on."""
        for alias, connection in self._connections.items():
            _belongs_to(connection, threading.get_ident())
            connections[alias] = connection
        this_thread.turn = self

    def leave(self) -> None:
        """They are nobody's, and whoever uses one without its turn gets Django's error.

        Raises ConnectionIsShared within a transaction.
        """
        if self.is_in_transaction():
            raise ConnectionIsShared
        this_thread.turn = None
        for connection in self._connections.values():
            _belongs_to(connection, NOBODY)

    def is_in_transaction(self) -> bool:
        return any(connection.in_atomic_block for connection in self._connections.values())

    def close(self) -> None:
        for connection in self._connections.values():
            _belongs_to(connection, threading.get_ident())
            connection.close()


def _belongs_to(connection: BaseDatabaseWrapper, thread: int) -> None:
    """Django lets the thread that made a connection use it, and raises for all others. There is no
    other way to change whose it is: `inc_thread_sharing` lets everybody."""
    vars(connection)["_thread_ident"] = thread


class Seat:
    """Where one thread waits for a turn that another one hands it."""

    def __init__(self) -> None:
        self._lock = allocate_lock()
        self._lock.acquire()
        self._turn: Turn | None = None

    def hand(self, turn: Turn) -> None:
        self._turn = turn
        self._lock.release()

    def wait(self) -> Turn:
        self._lock.acquire()
        turn, self._turn = self._turn, None
        assert turn is not None  # noqa: S101  the lock is released by `hand` alone
        return turn


class Holder(threading.local):
    """The turn that this thread has."""

    turn: Turn | None = None


this_thread = Holder()


def leave_mine() -> Turn:
    """The turn of this thread, which has it no more."""
    turn = this_thread.turn
    assert turn is not None  # noqa: S101  a thread that works has one
    turn.leave()
    return turn
