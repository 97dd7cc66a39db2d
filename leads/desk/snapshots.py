"""Moments of the timeline, taken before leads are read, so that a desk never claims to have seen an
event that its rows do not show."""

import math
import threading
import time
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from leads.desk.cursor import shared_look
from leads.models.lead_event import ORDER
from loopin.sql import fetch_row
from loopin.statements.event_order import Look

SNAPSHOT = f"""
SELECT look.drawn, look.complete, leads_next_lease_end() FROM {ORDER.function}() AS look
"""  # noqa: S608  constants
"""The function reads the leads after the look, by a snapshot of its own."""


@dataclass(frozen=True)
class Snapshot:
    """Up to where the timeline is complete, and when the next claim of anybody runs out."""

    cursor: int
    next_lease_end: datetime | None

    @property
    def has_run_out(self) -> bool:
        """Whether a claim has, since then."""
        return self.next_lease_end is not None and self.next_lease_end <= timezone.now()


def snapshot() -> Snapshot:
    """One of this moment. One statement."""
    began_at = time.monotonic()
    drawn, complete, next_lease_end = fetch_row(SNAPSHOT, []) or (0, 0, None)
    shared_look.remember(Look(drawn, complete), began_at=began_at)
    return Snapshot(complete, next_lease_end)


class SharedSnapshot:
    """The last snapshot of this process, for desks that ask by themselves."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = Snapshot(0, None)
        self._taken_at = -math.inf  # seconds of the monotonic clock

    def take(self, *, at_least: int) -> Snapshot:
        """One that is not older than `DESK_CURSOR_SECONDS`, and has every event up to `at_least`
        and every one that this process has seen. At most one statement, for which others wait."""
        with self._lock:
            now = time.monotonic()
            has_seen = self._last.cursor >= max(at_least, shared_look.last.complete)
            if now - self._taken_at >= settings.DESK_CURSOR_SECONDS or not has_seen:
                self._last, self._taken_at = snapshot(), now
            return self._last


shared_snapshot = SharedSnapshot()
