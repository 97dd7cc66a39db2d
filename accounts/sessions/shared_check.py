"""Whether members of staff may still see what they saw, asked at once for all open desks of this
process.

A desk asks every second whether anything changed. To read its session each time is most of what
that costs. So the sessions of all desks that asked lately are read by one statement, and each desk
is answered from it. Only "nothing has changed" is ever said on its word: whatever shows data reads
the session itself.
"""

import math
import threading
import time

from accounts.models import Session
from accounts.models.session import StaffState

FORGOTTEN_SECONDS = 20
"""After how long without a question a session is no longer read with the others. Hidden tabs ask
every 15 seconds."""


class SharedCheck:
    """The states of the sessions that were asked about lately. Threads share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked_at: dict[str, float] = {}  # seconds of the monotonic clock
        self._states: dict[str, StaffState] = {}
        self._looked_at = -math.inf

    def is_state(self, session_id: str, state: StaffState, *, max_age_seconds: float) -> bool:
        """Whether the session is live and its member of staff has this state, as it was at most so
        long ago. At most one statement, for whom the others wait.

        Ask only about a session that was read: each costs a place among the others.
        """
        with self._lock:
            now = time.monotonic()
            is_known = session_id in self._asked_at
            self._asked_at[session_id] = now
            if not is_known or now - self._looked_at >= max_age_seconds:
                self._look(now)
            return self._states.get(session_id) == state

    def _look(self, now: float) -> None:
        oldest = now - FORGOTTEN_SECONDS
        self._asked_at = {one: at for one, at in self._asked_at.items() if at >= oldest}
        self._states = Session.objects.staff_states(self._asked_at)
        self._looked_at = now


shared_check = SharedCheck()
