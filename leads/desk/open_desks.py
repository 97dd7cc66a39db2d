"""The open desks that this process knows: whose they are and what they show, as far as that was
read from the database when one of them was answered.

The next question of the same browser is then answered without reading its session again, as long as
the answer is that nothing has changed.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from accounts.models.session import StaffState
from accounts.sessions.shared_check import shared_check
from leads.desk.desk_view import DeskView

MAX_DESKS = 1000

KNOWN_SECONDS = 60
"""For how long. Then the session itself is read again, which notes its use."""

Question = tuple[Any, ...]
"""What tells a desk's question from others: all that its reader, language and view come from."""


def question_of(meta: Mapping[str, Any]) -> Question:
    """`meta`: the headers of a request, as WSGI has them."""
    return (
        meta.get("HTTP_COOKIE", ""),
        meta.get("HTTP_ACCEPT_LANGUAGE", ""),
        meta.get("QUERY_STRING", ""),
    )


@dataclass(frozen=True)
class KnownDesk:
    """`ends_at`: until when it is known, in seconds of the monotonic clock."""

    view: DeskView
    fingerprint: str
    session_id: str
    staff_state: StaffState
    ends_at: float

    @property
    def is_valid(self) -> bool:
        """Whether its reader may still see what they saw, as it was `STAFF_CHECK_SECONDS` ago at
        most. At most one statement, which all desks share."""
        max_age = settings.STAFF_CHECK_SECONDS
        return time.monotonic() < self.ends_at and shared_check.is_state(
            self.session_id, self.staff_state, max_age_seconds=max_age
        )


class OpenDesks:
    """The desks that asked last, by their questions. Threads share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._desks: OrderedDict[Question, KnownDesk] = OrderedDict()

    def find(self, question: Question) -> KnownDesk | None:
        with self._lock:
            return self._desks.get(question)

    def remember(self, question: Question, desk: KnownDesk) -> None:
        with self._lock:
            self._desks[question] = desk
            self._desks.move_to_end(question)
            if len(self._desks) > MAX_DESKS:
                self._desks.popitem(last=False)


open_desks = OpenDesks()
