"""How long it takes to read a text, and whether that grows faster than the text."""

import signal
import time
from collections.abc import Callable, Iterable
from typing import Any

CHARACTERS = 3_200
IS_FAST_SECONDS = 0.003
"""Whatever is read in this time cannot have grown faster than its length."""
IS_STOPPED_SECONDS = 1.0
GROWTH = 8
"""How many times as long the longer of two texts is; quadratic time is 64 times as much."""
IS_LINEAR = 24


class TooSlowError(Exception):
    pass


def is_superlinear(read: Callable[[str], Any], text_of: Callable[[int], str]) -> bool:
    """Whether reading takes far more time for a text eight times as long.

    Whatever shares the processor makes single measurements long, so the shortest of several counts,
    and what seems slow is measured again.
    """
    try:
        return all(_seems_superlinear(read, text_of) for _ in range(3))
    except TooSlowError:
        return True


def _seems_superlinear(read: Callable[[str], Any], text_of: Callable[[int], str]) -> bool:
    if seconds(read, text_of(CHARACTERS)) < IS_FAST_SECONDS:
        return False
    long = min(seconds(read, text_of(CHARACTERS)) for _ in range(3))
    short = min(seconds(read, text_of(CHARACTERS // GROWTH)) for _ in range(5))
    return long > IS_FAST_SECONDS and long > IS_LINEAR * short


def seconds(read: Callable[[str], Any], text: str) -> float:
    """How much CPU time reading took, refused or not; TooSlowError after a lot of it.

    Seconds on the wall would count what else the machine does.
    """
    signal.setitimer(signal.ITIMER_PROF, IS_STOPPED_SECONDS)
    began = time.thread_time()
    try:
        read(text)
    except TooSlowError:
        raise
    except Exception:
        return time.thread_time() - began
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return time.thread_time() - began


def stop(*args: Any) -> None:
    raise TooSlowError


def grows(read: Callable[[str], Any], inputs: Iterable[Callable[[int], str]]) -> str | None:
    """The beginning of a text whose reading takes too long, if there is one."""
    found = (text_of(60) for text_of in inputs if is_superlinear(read, text_of))
    return next(found, None)
