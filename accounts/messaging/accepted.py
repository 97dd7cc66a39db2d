"""Writes down that messages were accepted, several in one statement: nobody reads it within the
second."""

import threading
import time

from accounts.models import Message
from accounts.models.message import Settled
from loopin.serving import turns

TOGETHER_SECONDS = 0.05
"""So long the first one waits for others; those of a process that is killed then are unknown."""

_changing = threading.Lock()
_waiting: list[Settled] = []


def add(settled: Settled) -> None:
    """Write it, with others that come soon. The thread of the first one writes them all.

    Where the process has no turns nothing else goes on, and it is written at once.
    """
    if not turns.are_taken():
        Message.objects.settle([settled])
        return
    with _changing:
        _waiting.append(settled)
        is_first = len(_waiting) == 1
    if is_first:
        time.sleep(TOGETHER_SECONDS)
        with _changing:
            together = _waiting.copy()
            _waiting.clear()
        with turns.taken():
            Message.objects.settle(together)
