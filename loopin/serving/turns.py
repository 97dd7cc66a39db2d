"""Lets few threads of a web process work at once, on as few connections to the database, however
many of them wait for something else.

Python runs one thread at a time, and each connection costs PostgreSQL a process with caches of its
own: sixteen threads with a connection each cost a fifth to a third of everything, and more than two
at work gain nothing. So a thread works while it has a turn, and a turn comes with connections.
Whoever waits for another machine, or for the client, passes the turn on meanwhile.
"""

import logging
import threading
import time
from _thread import allocate_lock
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

USUAL = 2
"""Turns of a process: while one thread waits for the database, another one computes."""

MOST = 8
"""If all turns hang, a process gets more of them, so that what hangs keeps nobody else waiting:
statements that wait for a lock, or reports that take long."""

STUCK_SECONDS = 0.1
"""So long nothing begins while something waits: the turns hang, rather than being busy."""

NOBODY = 0

Job = Callable[[], object]

logger = logging.getLogger(__name__)


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
        _thread.turn = self

    def leave(self) -> None:
        """They are nobody's, and whoever uses one without its turn gets Django's error.

        Raises ConnectionIsShared within a transaction.
        """
        if self.is_in_transaction():
            raise ConnectionIsShared
        _thread.turn = None
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


class _Thread(threading.local):
    """The turn that this thread has."""

    turn: Turn | None = None


_thread = _Thread()


def _left() -> Turn:
    """The turn of this thread, which has it no more."""
    turn = _thread.turn
    assert turn is not None  # noqa: S101  a thread that works has one
    turn.leave()
    return turn


class Turns:
    """Threads that work off a queue while they have a turn. `usual`: how many turns there are;
    `most`: how many, if they hang; `threads`: how many threads there are at most."""

    def __init__(self, usual: int, most: int, threads: int) -> None:
        self._usual, self._most = usual, most
        self._left = threads
        self._count = usual
        self._begun = 0
        self._changing = threading.Lock()
        self._waiting: SimpleQueue[Job | Seat] = SimpleQueue()
        self._parked: list[Seat] = []
        for _ in range(usual):
            self._pass_on(Turn())
        threading.Thread(target=self._watch, name="turns", daemon=True).start()

    def submit(self, job: Job) -> None:
        """Have a thread with a turn do this, which raises nothing, after all that came before."""
        self._waiting.put(job)

    def take(self) -> None:
        """Wait until this thread has a turn."""
        seat = Seat()
        self._waiting.put(seat)
        seat.wait().enter()

    def give_back(self) -> bool:
        """Pass the turn of this thread on. False, and it keeps it, within a transaction, and if as
        many threads wait already as there may be."""
        turn = _thread.turn
        if turn is None or turn.is_in_transaction() or not (self._parked or self._left > 0):
            return False
        self.leave()
        return True

    def leave(self) -> None:
        """Pass the turn of this thread on, whatever that takes."""
        self._pass_on(_left())

    def _pass_on(self, turn: Turn) -> None:
        try:
            self._parked.pop().hand(turn)
        except IndexError:
            with self._changing:
                self._left -= 1
            threading.Thread(target=self._work, args=[turn], name="turn", daemon=True).start()

    def _work(self, turn: Turn) -> None:
        seat = Seat()
        while True:
            turn.enter()
            self._work_off(seat)
            turn = seat.wait()

    def _work_off(self, seat: Seat) -> None:
        """Do what waits, until this thread has passed its turn on and waits for another one."""
        while True:
            waiting = self._waiting.get()
            self._begun += 1
            if isinstance(waiting, Seat):
                turn = _left()
                self._parked.append(seat)
                waiting.hand(turn)
                return
            try:
                waiting()
            except BaseException:  # the thread goes on, or its turn would be lost
                logger.exception("A job failed that should not have raised")
            if self._count > self._usual and self._has_one_too_many():
                _left().close()
                self._parked.append(seat)
                return

    def _has_one_too_many(self) -> bool:
        with self._changing:
            if self._count <= self._usual or not self._waiting.empty():
                return False
            self._count -= 1
        return True

    def _watch(self) -> None:
        begun = -1
        while True:
            time.sleep(STUCK_SECONDS)
            if self._waiting.empty() or self._begun != begun or self._count >= self._most:
                begun = self._begun
                continue
            self._count += 1
            self._pass_on(Turn())


class _Process:
    """The turns of this process: None in commands and tests, whose threads have connections of
    their own."""

    turns: Turns | None = None


_process = _Process()


def begin(usual: int, most: int, threads: int) -> Turns:
    """From here on the threads of this process take turns."""
    _process.turns = Turns(usual, most, threads)
    return _process.turns


def are_taken() -> bool:
    """Whether this process has turns."""
    return _process.turns is not None


def are_mine() -> bool:
    """Whether the calling thread has a turn."""
    return _thread.turn is not None


@contextmanager
def taken() -> Iterator[None]:
    """`with turns.taken():` around work that needs Python for long, or the database.

    It changes nothing for a thread that has a turn, and where the process has none.
    """
    turns = _process.turns
    if turns is None or _thread.turn is not None:
        yield
        return
    turns.take()
    try:
        yield
    finally:
        turns.leave()


@contextmanager
def given_back() -> Iterator[None]:
    """`with turns.given_back():` around waiting for anything but the database.

    The thread has no connection meanwhile. Within a transaction it keeps the turn: nobody else may
    use the connection then.
    """
    turns = _process.turns
    if turns is None or not turns.give_back():
        yield
        return
    try:
        yield
    finally:
        turns.take()
