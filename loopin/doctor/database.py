"""Examines the database: whether it takes what the servers write, and as many as they are."""

from collections.abc import Iterator

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from loopin.background import periodic
from loopin.doctor.registry import examination
from loopin.serving import turns
from loopin.sql import fetch_row

HEALTH_CONNECTIONS = 1
"""What a process opens besides those of its turns, to say whether it is ready."""

LIMITS = """
SELECT current_setting('max_connections')::int
     - current_setting('superuser_reserved_connections')::int,
       rolconnlimit, datconnlimit,
       (SELECT count(*) FROM pg_stat_activity
        WHERE backend_type = 'client backend' AND usename IS DISTINCT FROM current_user)
FROM pg_roles, pg_database
WHERE rolname = current_user AND datname = current_database()
"""
"""How many connections the server has for us, the limits of the role and of the database (-1 is no
limit), and how many others hold at this moment."""


@examination("database")
def database_takes_writes() -> Iterator[CheckMessage]:
    row = fetch_row(
        "SELECT pg_is_in_recovery(), current_setting('transaction_read_only')::bool", []
    )
    if row and any(row):
        yield Error(
            "The database only reads: it is a standby, or set to read-only.",
            hint="Let DATABASE_URL name the primary server; `target_session_attrs=read-write` with"
            " several hosts finds it.",
            id="loopin.E120",
        )


@examination("database")
def schema_is_of_this_release() -> Iterator[CheckMessage]:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        yield Error(
            f"{len(missing)} migrations of this release have not been applied.",
            hint="Run: python manage.py migrate",
            id="loopin.E121",
        )


@examination("database")
def connections_are_enough() -> Iterator[CheckMessage]:
    """Each turn of the servers and each periodic task may keep one. Of several hosts, each needs
    as many."""
    if connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]:
        return  # a pool decides how many there are
    servers = settings.WORKERS * (turns.MOST + HEALTH_CONNECTIONS)
    needed = servers + len(periodic.registered)
    row = fetch_row(LIMITS, [])
    assert row is not None  # noqa: S101  the role and the database are those of this session
    server, *limits, others = row
    available = min(server - others, *(limit for limit in limits if limit >= 0), server)
    if needed > available:
        yield Warning(
            f"The server and the worker of a host may open {needed} connections, and the"
            f" database has {available} for them.",
            hint="Raise max_connections (or the limit of the role or database), lower"
            " WORKERS, or put PgBouncer in between: docs/deployment.md#sizing.",
            id="loopin.W120",
        )
