"""Connections that are looked at before they are used, and statements that are sent once more where
it is certain that they have not run.

A connection that the server has closed is found without a question to the server: nothing arrives
between statements but the end, or the message that announces it. One that a network has forgotten
shows nothing of the kind, so it is asked after it has been idle for a while. Django would ask
before each request, which took 8 to 19 % of the throughput.
"""

import select
import threading
import time
from typing import Any

from django.db import OperationalError
from django.db.backends.postgresql import base
from django.db.backends.utils import CursorDebugWrapper, CursorWrapper
from psycopg import OperationalError as ServerError
from psycopg.errors import AdminShutdown

from loopin.serving import turns

IDLE_SECONDS = 10
"""After so long a connection is asked whether it still works. Networks forget idle connections
after minutes."""

RESTART_SECONDS = 5
"""So long after the first attempt to connect that failed, requests wait for a server that starts
again; who comes later in the same outage gets the error at once."""

TRY_AGAIN_SECONDS = 0.05


class _Outage:
    """When this process found the server gone, by the monotonic clock; None if it is there."""

    def __init__(self) -> None:
        self._changing = threading.Lock()
        self._began_at: float | None = None

    def is_over(self) -> None:
        self._began_at = None

    def may_wait(self) -> bool:
        with self._changing:
            if self._began_at is None:
                self._began_at = time.monotonic()
            return time.monotonic() - self._began_at < RESTART_SECONDS


outage = _Outage()


class DatabaseWrapper(base.DatabaseWrapper):
    health_check_done: bool
    _idle_since = 0.0

    def close_if_health_check_failed(self) -> None:
        """Django calls it before each statement, and before each transaction."""
        idle_seconds = time.monotonic() - self._idle_since
        self._idle_since += idle_seconds
        if self.connection is None or self.in_atomic_block:
            return
        if self.connection.closed:  # that is known, so nothing would be sent
            self.close()
        elif not self.health_check_done:
            if self._has_ended() or (idle_seconds > IDLE_SECONDS and not self.is_usable()):
                self.close()
            self.health_check_done = True

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A request waits for a server that restarts, in all `RESTART_SECONDS` of an outage."""
        while True:
            try:
                connection = super().get_new_connection(conn_params)
            except ServerError:
                if not (turns.are_mine() and outage.may_wait()):
                    raise
                time.sleep(TRY_AGAIN_SECONDS)
            else:
                outage.is_over()
                return connection

    def make_cursor(self, cursor: Any) -> CursorWrapper:
        return SendingAgain(cursor, self)

    def make_debug_cursor(self, cursor: Any) -> CursorDebugWrapper:
        return DebugSendingAgain(cursor, self)

    def may_send_again(self, error: OperationalError, params: Any) -> bool:
        """Whether it is certain that the statement which met this error has not run.

        AdminShutdown (57P01) ends a session that waits for a statement, or one that runs a
        statement, which is rolled back then. After the commit of a statement with parameters
        PostgreSQL ends no session with it, but closes the connection without a word, which is
        another error. One without parameters travels by the simple query protocol: if its duration
        is logged (log_min_duration_statement), that is after the commit, and 57P01 may follow. In a
        transaction earlier statements would be lost, and a pooler ends sessions by itself.
        """
        is_alone = not self.in_atomic_block and self.get_autocommit()
        is_pooled = self.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]
        is_rolled_back = bool(params) and isinstance(error.__cause__, AdminShutdown)
        return is_alone and not is_pooled and is_rolled_back

    def _has_ended(self) -> bool:
        """Whether anything has arrived that nobody asked for."""
        waiting = select.poll()
        waiting.register(self.connection.fileno(), select.POLLIN)
        return bool(waiting.poll(0))


class SendingAgain(CursorWrapper):
    """Sends a statement once more, on another connection, if it has certainly not run."""

    def _execute(self, sql: Any, params: Any, *ignored: Any) -> Any:
        send = super()._execute  # type: ignore[misc]
        try:
            return send(sql, params, *ignored)
        except OperationalError as error:
            if not self.db.may_send_again(error, params):
                raise
        self.db.close()
        self.db.ensure_connection()
        self.cursor = self.db.create_cursor()
        return send(sql, params, *ignored)


class DebugSendingAgain(SendingAgain, CursorDebugWrapper):
    """The same where Django keeps the statements of a request, in debug mode."""
