"""When something that failed is tried again."""

import random
from collections.abc import Sequence
from datetime import timedelta

JITTER = 0.2
"""A wait is up to a fifth longer, so that what failed together is not repeated together."""


def wait_after(attempts: int, waits: Sequence[int]) -> timedelta | None:
    """How long to wait after so many failed attempts; None if there are no more.

    `waits`: in seconds, one after each failed attempt but the last.
    """
    if attempts > len(waits):
        return None
    seconds = waits[attempts - 1] * random.uniform(1, 1 + JITTER)  # noqa: S311  no secret
    return timedelta(seconds=seconds)
