"""Waiting for other threads and processes, and for the end of their transactions."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


def eventually(
    ask: Callable[[], Found],
    *,
    seconds: float = 30,
    every: float = 0.05,
    failure: str = "it did not come to pass",
) -> Found:
    """Ask until the answer is true, and return it. It fails after the `seconds`."""
    deadline = time.monotonic() + seconds
    while not (found := ask()):
        assert time.monotonic() < deadline, failure
        time.sleep(every)
    return found
