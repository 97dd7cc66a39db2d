"""Tries again where a lock was not free: a whole migration that was rolled back, or the one
statement of a migration without a transaction."""

import re
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.management.base import CommandError
from django.db import OperationalError

from loopin.migrating.holders import Watch
from loopin.migrating.session import LOCK_TIMEOUT_MS

Result = TypeVar("Result")

LOCK_NOT_AVAILABLE, DEADLOCK = "55P03", "40P01"

PAUSE_SECONDS = 2
"""Long enough for whoever waited behind the migration."""

CONCURRENTLY = re.compile(
    r"\A\s*(CREATE|DROP|REINDEX)\b.*\bCONCURRENTLY\b", re.IGNORECASE | re.DOTALL
)
INDEX = re.compile(
    r'\A\s*CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+(?:IF\s+NOT\s+EXISTS\s+)?"?(\w+)"?',
    re.IGNORECASE,
)
IS_VALID = """
SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(quote_ident(%s))
"""


class Retries:
    """Use it as an execute wrapper of the connection, and `again` around the whole.

    `seconds`: how long it tries before it gives up.
    """

    def __init__(
        self, connection: Any, watch: Watch, *, seconds: float, tell: Callable[[str], None]
    ) -> None:
        self._connection, self._watch, self._tell = connection, watch, tell
        self._seconds = seconds

    def again(self, work: Callable[[], Result]) -> Result:
        """Do the work, which a lock that is not free leaves undone, until it is done.

        Raises:
            CommandError: it was not free for all the time; says who held it.
        """
        deadline = time.monotonic() + self._seconds
        while True:
            try:
                return work()
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", "") not in (LOCK_NOT_AVAILABLE, DEADLOCK):
                    raise
                if time.monotonic() > deadline:
                    raise CommandError(
                        f"A lock was not free within {self._seconds:g} s: {self._watch.last}. What"
                        " was applied stays; run migrate again when they have ended."
                    ) from None
            self._tell(
                f"A lock is held by {self._watch.last}. Stepped back after {LOCK_TIMEOUT_MS} ms, so"
                f" that nobody waits behind the migration; trying again in {PAUSE_SECONDS} s."
            )
            time.sleep(PAUSE_SECONDS)

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        """Run a statement. In a transaction its failure is the whole migration's."""
        if self._connection.in_atomic_block:
            return execute(sql, params, many, context)
        if CONCURRENTLY.match(str(sql)):
            return self._concurrently(str(sql), lambda: execute(sql, params, many, context))
        return self.again(lambda: execute(sql, params, many, context))

    def _concurrently(self, sql: str, run: Callable[[], Any]) -> Any:
        """It waits for as long as it takes, because nobody waits behind it. What an attempt that
        was cut off has left is taken away before."""
        created = INDEX.match(sql)
        server = self._connection.connection
        server.execute("SELECT set_config('lock_timeout', '0', false)")
        try:
            if created and self._is_built(server, created[1]):
                self._tell(f"The index {created[1]} is there already.")
                return None
            return run()
        finally:
            server.execute(f"SELECT set_config('lock_timeout', '{LOCK_TIMEOUT_MS}', false)")

    def _is_built(self, server: Any, name: str) -> bool:
        row = server.execute(IS_VALID, [name]).fetchone()
        if row and not row[0]:
            self._tell(f"The index {name} was left unfinished, and is built anew.")
            server.execute(f'DROP INDEX CONCURRENTLY "{name}"')
        return bool(row and row[0])
