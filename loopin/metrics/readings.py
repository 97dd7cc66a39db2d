"""What is read when Prometheus asks: states of the database and of the machine, which no process
keeps.

All statements run one after the other on a fresh connection in a thread of their own, each under a
short time limit, and what they found counts for a few seconds. So neither a stuck database nor
many that ask hold anything up, and the values of the processes are there without it.
"""

import logging
import math
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from django.db import Error, connection, transaction

from loopin.logs.error_location import location_of
from loopin.metrics.declarations import Label, ReadGauge, Sample
from loopin.sql import fetch_row

logger = logging.getLogger(__name__)

FRESH_SECONDS = 5
STATEMENT_TIMEOUT_MS = 1_000
TIMEOUT_SECONDS = 5
"""For all of them; less than the 10 s that Prometheus waits."""

DATABASE_UP = ReadGauge("loopin_database_up", "Whether the database answers: 1 or 0.")
READING_FAILED = ReadGauge(
    "loopin_reading_failed",
    "Whether a group of values could not be read, because it failed or took too long: 1 or 0.",
    Label("reading", "which group"),
)


@dataclass(frozen=True)
class Reading:
    """A group of values that are read together. `read` may run statements if it says so."""

    name: str
    read: Callable[[], Iterable[Sample]]
    needs_database: bool


registered: list[Reading] = []


def register(
    name: str, read: Callable[[], Iterable[Sample]], *, needs_database: bool = True
) -> None:
    """`register("webhooks", read_waiting)` is all that a group of values needs."""
    registered.append(Reading(name, read, needs_database))


@dataclass
class Found:
    """What a round of readings found."""

    samples: list[Sample] = field(default_factory=list)
    ended_at: float = -math.inf

    def read(self, reading: Reading) -> None:
        has_failed = False
        try:
            self.samples += list(_in_time(reading) if reading.needs_database else reading.read())
        except Exception as error:  # one group that fails leaves the others
            logger.error("Reading %s failed: %s", reading.name, location_of(error))  # noqa: TRY400
            has_failed = True
        self.samples.append(READING_FAILED.sample(has_failed, reading.name))


class Readings:
    """The last round, and the one that runs; one for the process."""

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()
        self._running: threading.Thread | None = None
        self._last = Found()

    def samples(self) -> list[Sample]:
        """What the last round found, if it is young, else what one finds at once.

        While the database is stuck: that it is down, and what needs none.
        """
        with self._one_at_a_time:
            if time.monotonic() - self._last.ended_at >= FRESH_SECONDS:
                self._last = self._read()
            return self._last.samples

    def _read(self) -> Found:
        found = Found()
        for reading in registered:
            if not reading.needs_database:
                found.read(reading)
        found.samples += self._ask_database()
        found.ended_at = time.monotonic()
        return found

    def _ask_database(self) -> list[Sample]:
        """A round that did not end in time still runs, and no other is begun beside it."""
        answer: SimpleQueue[list[Sample]] = SimpleQueue()
        if self._running is None or not self._running.is_alive():
            self._running = threading.Thread(
                target=_ask_all, args=[answer], name="readings", daemon=True
            )
            self._running.start()
        try:
            return answer.get(timeout=TIMEOUT_SECONDS)
        except Empty:
            return [DATABASE_UP.sample(0)]


def _ask_all(answer: "SimpleQueue[list[Sample]]") -> None:
    found = Found()
    try:
        connection.ensure_connection()
        for reading in registered:
            if reading.needs_database:
                found.read(reading)
        found.samples.append(DATABASE_UP.sample(connection.is_usable()))
    except Error:
        found.samples.append(DATABASE_UP.sample(0))
    finally:
        connection.close()
        answer.put(found.samples)


def _in_time(reading: Reading) -> list[Sample]:
    with transaction.atomic():
        limits = [str(STATEMENT_TIMEOUT_MS)]
        fetch_row("SELECT set_config('statement_timeout', %s, TRUE)", limits)
        return list(reading.read())
