"""Checks whether this process can serve requests."""

import math
import threading
import time
from queue import Empty, SimpleQueue

from django.db import Error, connection

TIMEOUT_SECONDS = 2

FRESH_SECONDS = 1
"""How long an answer counts for everybody, so that a flood of questions is one probe a second."""

_one_at_a_time = threading.Lock()
_last_answer: tuple[float, bool] = (-math.inf, False)
"""When the last probe ended, and whether the database answered it."""


def is_database_answering() -> bool:
    """Whether the database answers within 2 s, or did so within the last second.

    The probe has a thread of its own, so a stuck database cannot hold a worker; and there is one
    probe at a time, so that stuck ones cannot pile up.
    """
    deadline = time.monotonic() + TIMEOUT_SECONDS
    if _is_fresh():
        return _last_answer[1]
    if not _one_at_a_time.acquire(timeout=TIMEOUT_SECONDS):
        return False
    if _is_fresh():  # somebody else's probe ended meanwhile
        _one_at_a_time.release()
        return _last_answer[1]
    answer: SimpleQueue[bool] = SimpleQueue()
    threading.Thread(target=_probe, args=[answer], name="health", daemon=True).start()
    try:
        return answer.get(timeout=max(0, deadline - time.monotonic()))
    except Empty:
        return False


def _is_fresh() -> bool:
    return time.monotonic() - _last_answer[0] < FRESH_SECONDS


def _probe(answer: SimpleQueue[bool]) -> None:
    global _last_answer  # noqa: PLW0603  one for the process
    is_answering = False
    try:
        _ask_database()
        is_answering = True
    except Error:
        pass
    finally:
        _last_answer = (time.monotonic(), is_answering)
        answer.put(is_answering)
        connection.close()
        _one_at_a_time.release()


def _ask_database() -> None:
    """Ask on a fresh connection, because an open one does not show whether another can be
    opened."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
