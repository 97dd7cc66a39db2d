"""What happens by itself: each app registers its chores, and `manage.py work` does them in turn."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connections

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Chore:
    """Something to do every so often. It may run in several processes at once, so it locks what it
    works on, and it may be stopped at any point."""

    name: str
    run: Callable[[], object]
    every_seconds: float


registered: list[Chore] = []

stopping = threading.Event()
"""Set when the worker ends: whoever works on a list leaves the rest to the next."""

_background: dict[str, threading.Thread] = {}


def register(name: str, run: Callable[[], object], *, every_seconds: float) -> None:
    """`register("webhooks", deliver, every_seconds=1)`: that is all a chore needs."""
    registered.append(Chore(name, run, every_seconds))


def in_background(name: str, run: Callable[[], object], *, limit: int) -> None:
    """Let a chore go on while a part of it takes long, in a thread of its own.

    Does nothing while one of this name runs, or `limit` of any name do. A killed worker takes its
    threads along, at any point.
    """
    _forget_ended()
    if name in _background or len(_background) >= limit:
        return
    thread = threading.Thread(target=_run, args=[name, run], name=name, daemon=True)
    _background[name] = thread
    thread.start()


def wait_for_background(seconds: float) -> bool:
    """Whether everything in the background ended within so many seconds."""
    deadline = time.monotonic() + seconds
    for thread in list(_background.values()):
        thread.join(max(0, deadline - time.monotonic()))
    _forget_ended()
    return not _background


def _run(name: str, run: Callable[[], object]) -> None:
    try:
        run()
    except Exception:
        logger.exception("%s failed", name)
    finally:
        connections.close_all()


def _forget_ended() -> None:
    for name in [name for name, thread in _background.items() if not thread.is_alive()]:
        del _background[name]
