"""Counts the runs of periodic tasks, and says when each last went well."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from loopin.background.periodic import PeriodicTask
from loopin.metrics.declarations import Counter, Gauge, Label

WENT_WELL, FAILED = "went_well", "failed"

TASK = Label("task", "the name of the periodic task")

RUNS = Counter(
    "loopin_task_runs_total",
    "Runs of periodic tasks.",
    TASK,
    Label("result", f"`{WENT_WELL}` or `{FAILED}`"),
)
LAST_SUCCESS = Gauge(
    "loopin_task_last_success_timestamp_seconds",
    "When a periodic task last ran without an error; before that, when its worker started.",
    TASK,
    mode="max",
)
INTERVAL = Gauge(
    "loopin_task_interval_seconds", "How often a periodic task is to run.", TASK, mode="max"
)


def announce(tasks: Iterable[PeriodicTask]) -> None:
    """Tell which tasks there are, so that one that never runs is seen."""
    for task in tasks:
        INTERVAL.set(task.every_seconds, task.name)
        LAST_SUCCESS.set(time.time(), task.name)


@contextmanager
def of_task(name: str) -> Iterator[None]:
    """Count a run of a task, and note whether it went well."""
    try:
        yield
    except Exception:
        RUNS.count(name, FAILED)
        raise
    RUNS.count(name, WENT_WELL)
    LAST_SUCCESS.set(time.time(), name)
