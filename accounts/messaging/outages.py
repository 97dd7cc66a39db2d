"""Notices when messages do not leave, tells it once, and notices when they leave again.

A provider that refuses the site's account is an outage at once. Otherwise it takes three messages
in a row that did not leave, whichever process sent them, or half of the last ones of one process. A
number or an address to which nothing can be delivered never counts.

A message that leaves costs no statement, unless this process knows that one did not, or has not
looked for `MESSAGE_OUTAGE_LOOK_SECONDS`.
"""

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import orjson
from django.conf import settings
from django_stubs_ext import StrOrPromise

from accounts.models import MessageOutage, User
from accounts.models.message_outage import OutageChannel, OutageKind
from loopin.background.after_commit import attempt
from loopin.models.kinds import label_of
from loopin.serving import turns

logger = logging.getLogger(__name__)

REMEMBERED = 20
ENOUGH = 10
"""Half of so many messages, or more, that did not leave are an outage, of the last 20 that one
process sent within `WINDOW_SECONDS`."""

WINDOW_SECONDS = 600

WRITE_SECONDS = 1
"""How often a process writes that an outage goes on, so that a crowd of requests does not queue for
one row."""


@dataclass(frozen=True)
class Outage:
    """What does not leave, since when, and why: `detail` has the provider's words in English.

    `channel`, `kind`: of the enums, or what a later release wrote.
    """

    id: int
    channel: str
    kind: str
    detail: str
    began_at: datetime
    failures: int

    @property
    def what(self) -> StrOrPromise:
        """The channel in words."""
        return label_of(OutageChannel, self.channel)

    @property
    def reason(self) -> StrOrPromise:
        """The kind in words."""
        return label_of(OutageKind, self.kind)


@dataclass
class Watch:
    """What this process knows of a channel. Times are those of the monotonic clock."""

    outcomes: deque[tuple[float, bool]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    is_suspected: bool = False
    is_reported: bool = False
    wrote_at: float = -math.inf
    looked_at: float = -math.inf
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, *, has_left: bool) -> None:
        with self.lock:
            self.outcomes.append((time.monotonic(), has_left))

    def forget(self) -> None:
        with self.lock:
            self.outcomes.clear()

    def fails_often(self) -> bool:
        with self.lock:
            begin = time.monotonic() - WINDOW_SECONDS
            lately = [has_left for moment, has_left in self.outcomes if moment >= begin]
        return len(lately) >= ENOUGH and lately.count(False) * 2 >= len(lately)

    def has_to_look(self) -> bool:
        age = time.monotonic() - self.looked_at
        if self.is_suspected:
            return True
        return age > (WRITE_SECONDS if self.is_reported else settings.MESSAGE_OUTAGE_LOOK_SECONDS)


watches: dict[OutageChannel, Watch] = {}
"""Of this process, which begins without any."""


def open_outages() -> list[Outage]:
    """The outages that go on, the oldest first: none if messages leave. One statement."""
    return [_outage(row) for row in MessageOutage.objects.open().values()]


def seen_by(user: User) -> list[Outage]:
    """The outages that go on, as they were read with a member of staff, without a statement; none
    for anybody else."""
    found = orjson.loads(getattr(user, "session_outages", None) or "[]")
    return [_outage(one | {"began_at": datetime.fromisoformat(one["began_at"])}) for one in found]


def note_failure(channel: OutageChannel, kind: OutageKind, detail: str) -> None:
    """Tell that a message did not leave, for a reason that is not its recipient's.

    `detail`: what is wrong, in English and without a number.
    """
    watch = watches.setdefault(channel, Watch())
    watch.add(has_left=False)
    if not watch.is_reported or time.monotonic() - watch.wrote_at >= WRITE_SECONDS:
        attempt(
            "Noting that a message failed", partial(_write_failure, watch, channel, kind, detail)
        )


def note_success(channel: OutageChannel) -> None:
    """Tell that the provider took a message."""
    watch = watches.setdefault(channel, Watch())
    watch.add(has_left=True)
    if watch.has_to_look():
        attempt("Noting that messages leave", partial(_write_success, watch, channel))


def _outage(row: Mapping[str, Any]) -> Outage:
    return Outage(
        row["id"],
        row["channel"],
        row["kind"],
        row["detail"],
        row["began_at"],
        row["failures"],
    )


def _write_failure(watch: Watch, channel: OutageChannel, kind: OutageKind, detail: str) -> None:
    watch.wrote_at = time.monotonic()
    is_certain = kind is OutageKind.ACCOUNT or watch.fails_often()
    with turns.taken():
        noted = MessageOutage.objects.note_failure(channel, kind, detail, is_certain=is_certain)
    watch.is_suspected, watch.is_reported = not noted.is_reported, noted.is_reported
    if noted.is_first:
        fields = _fields("messages_fail", channel, noted.began_at, noted.failures)
        fields["kind"] = kind.value
        logger.error("Messages do not leave (%s): %s", channel, detail, extra={"fields": fields})


def _write_success(watch: Watch, channel: OutageChannel) -> None:
    watch.looked_at = time.monotonic()
    with turns.taken():
        noted = MessageOutage.objects.note_success(channel)
    watch.is_suspected, watch.is_reported = False, noted.is_open
    if noted.began_at is not None:
        watch.forget()
        fields = _fields("messages_leave", channel, noted.began_at, noted.failures)
        logger.warning("Messages leave again (%s)", channel, extra={"fields": fields})


def _fields(
    event: str, channel: OutageChannel, began_at: datetime, failures: int | None
) -> dict[str, object]:
    """What the log has beside the words, for alerts."""
    return {
        "event": event,
        "channel": channel.value,
        "since": began_at.isoformat(),
        "failures": failures,
    }
