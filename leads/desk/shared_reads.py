"""What was read for one desk and holds for others, too: fifty desks that show the newest leads ask
the same at the same moment.

A key has to say everything that the answer depends on, above all whose leads it is about: what one
person may see is in no answer to another who may not (`access.visible_parts`).
"""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.conf import settings

T = TypeVar("T")

MAX_READS = 512


@dataclass
class _Read:
    """`read_at`: in seconds of the monotonic clock."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    value: Any = None
    read_at: float = -math.inf


class SharedReads:
    """The last reads by their keys, for `DESK_SHARED_SECONDS` at most. Threads share them; those
    that want the same wait for the one that reads it."""

    def __init__(self, max_reads: int) -> None:
        self._max_reads = max_reads
        self._lock = threading.Lock()
        self._reads: OrderedDict[Hashable, _Read] = OrderedDict()

    def get(
        self,
        key: Hashable,
        read: Callable[[], T],
        *,
        is_valid: Callable[[T], bool] = lambda value: True,
    ) -> T:
        """What was read with this key, if it is still valid; otherwise read it."""
        kept = self._find(key)
        with kept.lock:
            began_at = time.monotonic()
            is_old = began_at - kept.read_at >= settings.DESK_SHARED_SECONDS
            if is_old or not is_valid(kept.value):
                kept.value, kept.read_at = read(), began_at
            value: T = kept.value
            return value

    def peek(self, key: Hashable, *, max_age_seconds: float) -> Any:
        """What was put with this key not longer ago than that; None if nothing was."""
        with self._lock:
            kept = self._reads.get(key)
        if kept is None or time.monotonic() - kept.read_at >= max_age_seconds:
            return None
        return kept.value

    def put(self, key: Hashable, value: object) -> None:
        kept = self._find(key)
        with kept.lock:
            kept.value, kept.read_at = value, time.monotonic()

    def clear(self) -> None:
        with self._lock:
            self._reads.clear()

    def _find(self, key: Hashable) -> _Read:
        with self._lock:
            kept = self._reads.setdefault(key, _Read())
            self._reads.move_to_end(key)
            if len(self._reads) > self._max_reads:
                self._reads.popitem(last=False)
        return kept


shared_reads = SharedReads(MAX_READS)
