"""Asks something that may hang, for everybody at once, without holding the threads that serve."""

import math
import threading
import time
from collections.abc import Callable

from loopin.health.findings import Findings


class _Run:
    """One run of a probe. `end` is when those who wait for it give up."""

    def __init__(self, limit_seconds: float) -> None:
        self.end = time.monotonic() + limit_seconds
        self.has_ended = threading.Event()


class SharedProbe:
    """One question, asked in a thread of its own, whose answer counts for everybody for a while.

    There is one thread at a time. While it hangs for longer than `limit_seconds`, everybody gets
    `unanswered` at once, so that questions cannot hold more threads for longer than that limit,
    however many come.
    """

    def __init__(
        self,
        name: str,
        ask: Callable[[], Findings],
        *,
        limit_seconds: float,
        fresh_seconds: float,
        unanswered: Findings,
    ) -> None:
        self._name = name
        self._ask = ask
        self._limit_seconds = limit_seconds
        self._fresh_seconds = fresh_seconds
        self._unanswered = unanswered
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Ask anew at the next question."""
        self._last = self._unanswered
        self._asked_at = -math.inf
        self._run: _Run | None = None

    def start(self) -> None:
        """Begin to ask if the last answer is too old; `findings` then waits for less."""
        with self._lock:
            is_fresh = time.monotonic() - self._asked_at < self._fresh_seconds
            if is_fresh or self._run is not None:
                return
            self._run = _Run(self._limit_seconds)
            thread = threading.Thread(target=self._ask_once, args=[self._run], name=self._name)
        thread.daemon = True
        thread.start()

    def findings(self) -> Findings:
        """The last answer if it is fresh, else that of the run that goes on, if it comes in
        time."""
        self.start()
        run = self._run
        if run is None or run.has_ended.wait(max(0, run.end - time.monotonic())):
            return self._last
        return self._unanswered

    def _ask_once(self, run: _Run) -> None:
        found = self._unanswered
        try:
            found = self._ask()
        finally:
            with self._lock:
                if self._run is run:
                    self._last, self._asked_at, self._run = found, time.monotonic(), None
            run.has_ended.set()
