"""Limits how many threads of a process do dear work at once, so that the others keep serving."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from loopin.errors import LoopinError
from loopin.serving.turns import given_back


class ConcurrencyLimit:
    """At most `at_once` threads of this process work, and `waiting` more wait for their turn.

    Who comes beyond, or waits for longer than `wait_seconds`, gets the error `busy` instead. The
    number that wait is bounded too, because a thread that waits serves nobody.

    Work that is dearer takes more than one of the `at_once` turns. It waits for all of them at the
    head of the queue, so that cheaper work cannot always be quicker.
    """

    def __init__(
        self, *, at_once: int, waiting: int, wait_seconds: float, busy: type[LoopinError]
    ) -> None:
        self.wait_seconds = wait_seconds
        self.busy = busy
        self._places = threading.BoundedSemaphore(at_once + waiting)
        self._turns = threading.BoundedSemaphore(at_once)
        self._head = threading.Lock()

    @contextmanager
    def turn(self, turns: int = 1) -> Iterator[None]:
        """`with limit.turn():` around the work, which takes so many turns. Raises `busy`.

        The work has no connection to the database, and lets other threads serve meanwhile.
        """
        if not self._places.acquire(blocking=False):
            raise self.busy
        try:
            with given_back():
                self._take(turns)
                try:
                    yield
                finally:
                    self._turns.release(turns)
        finally:
            self._places.release()

    def _take(self, turns: int) -> None:
        """Wait for the turns. One thread collects them at a time, or two that each have some of
        them would wait for each other."""
        end = time.monotonic() + self.wait_seconds
        if not self._head.acquire(timeout=self.wait_seconds):
            raise self.busy
        try:
            for taken in range(turns):
                if not self._turns.acquire(timeout=max(0, end - time.monotonic())):
                    if taken:
                        self._turns.release(taken)
                    raise self.busy
        finally:
            self._head.release()


def cores_for_process() -> int:
    """How many of the machine's cores are there for each of the server's processes; at least 1."""
    return max(1, (os.cpu_count() or 1) // settings.WORKERS)
