"""Limits how many threads of a process do dear work at once, so that the others keep serving."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from loopin.errors import LoopinError


class ConcurrencyLimit:
    """At most `at_once` threads of this process work, and `waiting` more wait for their turn.

    Who comes beyond, or waits for longer than `wait_seconds`, gets the error `busy` instead. The
    number that wait is bounded too, because a thread that waits serves nobody.
    """

    def __init__(
        self, *, at_once: int, waiting: int, wait_seconds: float, busy: type[LoopinError]
    ) -> None:
        self.wait_seconds = wait_seconds
        self.busy = busy
        self._places = threading.BoundedSemaphore(at_once + waiting)
        self._turns = threading.BoundedSemaphore(at_once)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """`with limit.turn():` around the work. Raises `busy`."""
        if not self._places.acquire(blocking=False):
            raise self.busy
        try:
            if not self._turns.acquire(timeout=self.wait_seconds):
                raise self.busy
            try:
                yield
            finally:
                self._turns.release()
        finally:
            self._places.release()


def cores_for_process() -> int:
    """How many of the machine's cores are there for each of the server's processes; at least 1."""
    return max(1, (os.cpu_count() or 1) // settings.WORKERS)
