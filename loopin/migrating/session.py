"""The session that migrates: its time limits, and the lock that only one of them has."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import CommandError
from django.db.backends.base.base import BaseDatabaseWrapper

from loopin.migrating.holders import described

LOCK_TIMEOUT_MS = 500
"""Whoever comes after a statement that waits for a table waits behind it. So long, and no longer,
may a migration hold up sign-ups before it steps back; the limit of theirs is 3 s."""

MIGRATE_KEY = 0x4C6F6F70696E0001
"""The key of the advisory lock ("Loopin" and a number)."""

LIMITS = f"""
SELECT set_config('statement_timeout', '0', false),
       set_config('lock_timeout', '{LOCK_TIMEOUT_MS}', false)
"""

OF_OTHERS = """
SELECT activity.pid, COALESCE(NULLIF(application_name, ''), backend_type), NULL
FROM pg_locks JOIN pg_stat_activity AS activity USING (pid)
WHERE locktype = 'advisory' AND granted AND objsubid = 1
  AND (classid::bigint << 32) + objid::bigint = %s
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""

WAIT_SECONDS = 1


@contextmanager
def own_session(connection: Any, *, seconds: float, tell: Callable[[str], None]) -> Iterator[None]:
    """A session without a limit for statements and with a short one for locks, while no other
    migrates this database.

    Raises:
        CommandError: the connection leads through a pooler, which would give what belongs to a
            session to other clients; or another process has been migrating for all the `seconds`.
    """
    connection.ensure_connection()
    _require_own_connection(connection)
    try:
        _wait_for_turn(connection, seconds, tell)
        _ask(connection, LIMITS, [])
        yield
    finally:
        _give_back(connection)


def _require_own_connection(connection: Any) -> None:
    [pid] = _ask(connection, "SELECT pg_backend_pid()", [])[0]
    is_pooled = connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]
    if is_pooled and pid != connection.connection.info.backend_pid:
        raise CommandError(
            "Migrations need a connection to PostgreSQL itself, and this one leads to a pooler:"
            " name the server in DATABASE_URL, with DB_POOLED=false, or in MIGRATION_DATABASE_URL."
        )


def _wait_for_turn(connection: Any, seconds: float, tell: Callable[[str], None]) -> None:
    """It asks again and again: a statement that waited would keep a snapshot, for which the other
    process, when it builds an index concurrently, would wait in turn."""
    deadline = time.monotonic() + seconds
    is_told = False
    while not _ask(connection, "SELECT pg_try_advisory_lock(%s)", [MIGRATE_KEY])[0][0]:
        other = described(_ask(connection, OF_OTHERS, [MIGRATE_KEY]))
        if time.monotonic() > deadline:
            raise CommandError(f"Another process is migrating this database: {other}.")
        if not is_told:
            tell(f"Another process is migrating this database: {other}. Waiting for its end.")
        is_told = True
        time.sleep(WAIT_SECONDS)


def _give_back(connection: BaseDatabaseWrapper) -> None:
    """What follows in this process has the limits of the site. A closed session has no lock."""
    if not connection.in_atomic_block:
        connection.close()
    elif not connection.needs_rollback:
        _ask(connection, "SELECT pg_advisory_unlock(%s)", [MIGRATE_KEY])
        with connection.cursor() as cursor:
            cursor.execute("RESET statement_timeout; RESET lock_timeout")


def _ask(connection: BaseDatabaseWrapper, sql: str, parameters: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[Any] = cursor.fetchall()
    return rows
