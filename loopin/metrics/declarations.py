"""What can be counted and measured: each subject declares its own metrics.

A metric that is declared costs nothing until `start` is called, which the server and the worker do
when `METRICS_PORT` is set. From then on prometheus_client keeps the values of each process in files
in memory, so that one exporter shows the sums of all processes (docs/decisions/069-*).

Labels have few values, which no client chooses: never a path, a number or a name.
"""

import logging
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from itertools import product
from typing import Any, ClassVar, ParamSpec

from django.conf import settings

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Where prometheus_client finds the folder of the files; inherited by the processes of a server."""

P = ParamSpec("P")

logger = logging.getLogger(__name__)

_has_no_room = threading.Event()

SECONDS_OF_REQUESTS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


@dataclass(frozen=True)
class Label:
    """`words`: what it tells. `values`: all that it can be, if they are few; a metric all of whose
    labels have values is there from the start, with zeros, so that its first step is seen."""

    name: str
    words: str = ""
    values: tuple[str, ...] = ()


def _while_there_is_room(keep: Callable[P, None]) -> Callable[P, None]:
    """Once there is no room for values, this process keeps none: answers matter more."""

    @wraps(keep)
    def kept(*args: P.args, **kwargs: P.kwargs) -> None:
        if _has_no_room.is_set():
            return
        try:
            keep(*args, **kwargs)
        except OSError as error:
            _has_no_room.set()
            folder = os.environ.get(FOLDER_VARIABLE)
            logger.error("No metrics from this process: %s: %s", folder, error.strerror)  # noqa: TRY400

    return kept


class Metric:
    """What is known of a metric before there are values. `words`: one sentence."""

    kind: ClassVar[str]

    def __init__(self, name: str, words: str, *labels: Label) -> None:
        self.name, self.words, self.labels = name, words, labels
        self._made: Any = None
        self._children: dict[tuple[str, ...], Any] = {}
        declared.append(self)
        if is_recording():
            self.make()

    @_while_there_is_room
    def make(self) -> None:
        """Begin to keep values. Calls before it do nothing."""
        # The library chooses how it keeps values when it is imported, by FOLDER_VARIABLE.
        from loopin.metrics.reserved_files import library  # noqa: PLC0415

        self._made = self._make(library())
        if all(label.values for label in self.labels):
            for values in product(*(label.values for label in self.labels)):
                self._child(values)

    def _make(self, client: Any) -> Any:
        raise NotImplementedError

    def _child(self, values: tuple[str, ...]) -> Any:
        child = self._children.get(values)
        if child is None:
            child = self._made.labels(*values) if values else self._made
            self._children[values] = child
        return child

    @property
    def is_on(self) -> bool:
        """Whether values are kept, for callers to whom a value is dear."""
        return self._made is not None and not _has_no_room.is_set()

    @property
    def _label_names(self) -> list[str]:
        return [label.name for label in self.labels]


class Counter(Metric):
    """Something that happened so many times since the processes started."""

    kind = "counter"

    @_while_there_is_room
    def count(self, *values: str) -> None:
        """Count one; `values`: those of the labels, in their order."""
        if self._made is not None:
            self._child(values).inc(1)

    def _make(self, client: Any) -> Any:
        return client.Counter(self.name, self.words, self._label_names)


class Histogram(Metric):
    """How long something took, in seconds."""

    kind = "histogram"

    @_while_there_is_room
    def observe(self, seconds: float, *values: str) -> None:
        if self._made is not None:
            self._child(values).observe(seconds)

    def _make(self, client: Any) -> Any:
        return client.Histogram(
            self.name, self.words, self._label_names, buckets=SECONDS_OF_REQUESTS
        )


class Gauge(Metric):
    """A state of the processes: `livesum` is the sum of those that are alive, `max` the highest
    that any had."""

    kind = "gauge"

    def __init__(self, name: str, words: str, *labels: Label, mode: str) -> None:
        self.mode = mode
        super().__init__(name, words, *labels)

    @_while_there_is_room
    def set(self, value: float, *values: str) -> None:
        if self._made is not None:
            self._child(values).set(value)

    @_while_there_is_room
    def add(self, value: float, *values: str) -> None:
        if self._made is not None:
            self._child(values).inc(value)

    def _make(self, client: Any) -> Any:
        return client.Gauge(self.name, self.words, self._label_names, multiprocess_mode=self.mode)


class ReadGauge(Metric):
    """A state that is read when Prometheus asks (readings.py), and kept by no process."""

    kind = "gauge"

    def make(self) -> None:
        pass

    def sample(self, value: float, *values: str) -> "Sample":
        return Sample(self, values, float(value))


@dataclass(frozen=True)
class Sample:
    """A value that was read, with the values of the labels."""

    gauge: ReadGauge
    values: Sequence[str]
    value: float


declared: list[Metric] = []


def is_recording() -> bool:
    """Whether this process belongs to a server, or a worker, whose metrics are asked for."""
    return bool(settings.METRICS_PORT) and FOLDER_VARIABLE in os.environ


def start() -> None:
    """Begin to keep values of all that is declared, and of what is declared later."""
    for metric in declared:
        metric.make()
