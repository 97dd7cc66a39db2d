"""Checks whether this process can serve requests."""

import threading
import time
from queue import Empty, SimpleQueue

from django.db import Error, connection

TIMEOUT_SECONDS = 2

_one_at_a_time = threading.Lock()


def is_database_answering() -> bool:
    """Whether the database answers within 2 s.

    The probe has a thread of its own, so a stuck database cannot hold a worker; and there is one
    probe at a time, so that stuck ones cannot pile up.
    """
    deadline = time.monotonic() + TIMEOUT_SECONDS
    if not _one_at_a_time.acquire(timeout=TIMEOUT_SECONDS):
        return False
    answer: SimpleQueue[bool] = SimpleQueue()
    threading.Thread(target=_probe, args=[answer], name="health", daemon=True).start()
    try:
        return answer.get(timeout=max(0, deadline - time.monotonic()))
    except Empty:
        return False


def _probe(answer: SimpleQueue[bool]) -> None:
    try:
        _ask_database()
        answer.put(True)
    except Error:
        answer.put(False)
    finally:
        connection.close()
        _one_at_a_time.release()


def _ask_database() -> None:
    """Ask on a fresh connection, because an open one does not show whether another can be
    opened."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
