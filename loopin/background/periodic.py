"""Periodic tasks: each app registers its own, and `manage.py work` runs them."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connections

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class PeriodicTask:
    """A function and how often it runs.

    It may run in several processes at once, so it locks the rows it works on, and it may be killed
    at any point.
    """

    name: str
    run: Callable[[], object]
    every_seconds: float


registered: list[PeriodicTask] = []

stopping = threading.Event()
"""Set when the worker ends. A task that works through a list leaves the rest to its next run."""

_threads: dict[str, threading.Thread] = {}


def register(name: str, run: Callable[[], object], *, every_seconds: float) -> None:
    """`register("webhooks", deliver, every_seconds=1)` is all that a task needs."""
    registered.append(PeriodicTask(name, run, every_seconds))


def run_in_thread(name: str, run: Callable[[], object], *, limit: int) -> None:
    """Let a task go on while a slow part of it runs in a thread.

    Does nothing while a thread of this name runs, or `limit` threads of any name do. A killed
    worker takes its threads along, at any point.
    """
    _forget_ended()
    if name in _threads or len(_threads) >= limit:
        return
    thread = threading.Thread(target=_run, args=[name, run], name=name, daemon=True)
    _threads[name] = thread
    thread.start()


def wait_for_threads(seconds: float) -> bool:
    """Whether all threads that tasks started have ended within so many seconds."""
    deadline = time.monotonic() + seconds
    for thread in list(_threads.values()):
        thread.join(max(0, deadline - time.monotonic()))
    _forget_ended()
    return not _threads


def _run(name: str, run: Callable[[], object]) -> None:
    try:
        run()
    except Exception:
        logger.exception("%s failed", name)
    finally:
        connections.close_all()


def _forget_ended() -> None:
    for name in [name for name, thread in _threads.items() if not thread.is_alive()]:
        del _threads[name]
