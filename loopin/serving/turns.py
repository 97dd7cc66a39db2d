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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue

from loopin.serving.turn import Seat, Turn, leave_mine, this_thread

USUAL = 2
"""Turns of a process: while one thread waits for the database, another one computes."""

MOST = 8
"""If all turns hang, a process gets more of them, so that what hangs keeps nobody else waiting:
statements that wait for a lock, or reports that take long."""

STUCK_SECONDS = 0.1
"""So long nothing begins while something waits: the turns hang, rather than being busy."""

Job = Callable[[], object]

logger = logging.getLogger(__name__)


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
        turn = this_thread.turn
        if turn is None or turn.is_in_transaction() or not (self._parked or self._left > 0):
            return False
        self.leave()
        return True

    def leave(self) -> None:
        """Pass the turn of this thread on, whatever that takes."""
        self._pass_on(leave_mine())

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
                turn = leave_mine()
                self._parked.append(seat)
                waiting.hand(turn)
                return
            try:
                waiting()
            except BaseException:  # the thread goes on, or its turn would be lost
                logger.exception("A job failed that should not have raised")
            if self._count > self._usual and self._has_one_too_many():
                leave_mine().close()
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
            with self._changing:
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
    return this_thread.turn is not None


@contextmanager
def taken() -> Iterator[None]:
    """`with turns.taken():` around work that needs Python for long, or the database.

    It changes nothing for a thread that has a turn, and where the process has none.
    """
    turns = _process.turns
    if turns is None or this_thread.turn is not None:
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
