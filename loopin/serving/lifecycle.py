"""What a server's parent process does beside granian: it waits until all web processes can serve,
takes the place of another server if it has one to replace, and makes place for the next."""

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Sequence

from django.core.management.base import CommandError

from loopin.serving.handover import RunningServer, Successors
from loopin.serving.service_manager import tell_ready
from loopin.serving.web_processes import WebProcesses

READY = ""
"""The report of a web process that can serve; another one says why it cannot yet."""

REFUSED = "refused"
"""The report of a web process in which the system checks found errors, which it has written."""

DRAINED = "drained"

KEEP_ALIVE_SECONDS = 30
"""How long a connection may be idle. So long after the last answer, all connections have ended."""

DRAIN_SECONDS = 2 * KEEP_ALIVE_SECONDS
"""What takes longer than this, such as a slow upload without a proxy, is told to end as at every
stop."""

logger = logging.getLogger(__name__)


class Lifecycle:
    """`pids` are the web processes that run; `begin` starts what runs beside them, and
    `end` stops it.

    `listeners`: its sockets. `replaced`: the server whose place this one takes once it is ready,
    within `ready_seconds`.
    """

    def __init__(  # noqa: PLR0913  each is something else
        self,
        processes: WebProcesses,
        listeners: Sequence[socket.socket],
        *,
        pids: Callable[[], set[int]],
        begin: Callable[[], object],
        end: Callable[[], object],
        replaced: RunningServer | None,
        ready_seconds: float,
    ) -> None:
        self._processes = processes
        self._listeners = listeners
        self._pids = pids
        self._begin, self._end = begin, end
        self._replaced = replaced
        self._ready_seconds = ready_seconds
        self._may_end = threading.Event()
        self.failure = ""

    def follow(self, successors: Successors) -> None:
        """In a thread, until the process ends."""
        arguments = [successors]
        threading.Thread(target=self._follow, args=arguments, name="lifecycle", daemon=True).start()

    def retire(self) -> None:
        """Accept no more and end, once what is in flight has its answer.

        The sockets are the successor's. If it ended before this process, connections to them would
        wait for nobody.
        """
        self._processes.must_end.set()
        for listener in self._listeners:
            listener.close()
        self._may_end.set()

    def _follow(self, successors: Successors) -> None:
        if self._replaced is None:
            successors.answer(self._listeners, self.retire)
        self.failure = self._wait_until_ready()
        if self.failure:
            os.kill(os.getpid(), signal.SIGTERM)
            return
        self._processes.may_serve.set()
        if self._replaced is not None:
            self._replaced.retire()
            logger.info("Serving in the place of process %d, which ends", self._replaced.pid)
            try:
                successors.claim()
            except CommandError as error:  # the other one hangs: serving goes on beside it
                logger.error("%s", error)  # noqa: TRY400
            successors.answer(self._listeners, self.retire)
        self._begin()
        tell_ready()
        self._may_end.wait()
        self._end()  # the port of the metrics is the successor's, too
        self._wait_until_drained()
        os.kill(os.getpid(), signal.SIGTERM)

    def _wait_until_ready(self) -> str:
        """Why not, if a server that is to be replaced has to go on; else it waits for ever."""
        limit = None if self._replaced is None else self._ready_seconds
        states: dict[int, str] = {}
        for pid, state in self._processes.reports(limit):
            states[pid] = state
            if self._have_all(states, READY):
                return ""
            if state == REFUSED:
                return "The site is not served: the system checks above say what to mend."
        missing = {states.get(pid, "A process did not load.") for pid in self._pids()}
        why = " ".join(sorted(missing - {READY}))
        return f"Not ready within {self._ready_seconds:.0f} s. {why}"

    def _wait_until_drained(self) -> None:
        states: dict[int, str] = {}
        for pid, state in self._processes.reports(DRAIN_SECONDS):
            states[pid] = state
            if self._have_all(states, DRAINED):
                return
        logger.warning("Connections were still open after %d s, and are ended", DRAIN_SECONDS)

    def _have_all(self, states: dict[int, str], wanted: str) -> bool:
        pids = self._pids()
        return bool(pids) and all(states.get(pid) == wanted for pid in pids)
