"""Whether the database takes writes and has the schema of this code, and a worker is at work."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib import import_module
from os import dup
from pkgutil import iter_modules

from django.apps import apps
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from loopin.background.heartbeat import is_late, worker_age
from loopin.health.findings import UNKNOWN, Finding, Findings
from loopin.sql import fetch_row

TIMEOUT_SECONDS = 2

IS_READ_ONLY = "SELECT current_setting('transaction_read_only')::boolean"
"""True on a standby, and where `default_transaction_read_only` is on."""

UNAVAILABLE = (
    Finding("database", "unavailable", is_failure=True),
    Finding("migrations", UNKNOWN),
    Finding("worker", UNKNOWN),
)


DATABASE_IS_OK = Finding("database")


def check_database() -> Findings:
    """Ask on a fresh connection, because an open one does not show whether another can be
    opened."""
    try:
        with _time_limit():
            return _ask()
    except Error as error:
        detail = str(error).partition("\n")[0]
        return Finding("database", "unavailable", detail, is_failure=True), *UNAVAILABLE[1:]
    finally:
        connection.close()


def _ask() -> Findings:
    is_read_only = fetch_row(IS_READ_ONLY, []) == (True,)
    missing = sorted(migrations_of_code() - applied_migrations())
    database = Finding("database", "read_only", is_failure=True) if is_read_only else DATABASE_IS_OK
    if not missing:
        return database, Finding("migrations"), _worker()
    detail = f"{len(missing)}, {missing[0]} is the first"
    behind = Finding("migrations", "missing", detail, is_failure=True)
    return database, behind, Finding("worker", UNKNOWN)


def _worker() -> Finding:
    """That no worker is at work is no failure: no other process would serve better for it."""
    age = worker_age()
    if not is_late(age):
        return Finding("worker")
    return Finding("worker", "late", "never" if age is None else f"last {age:.0f} s ago")


@cache
def migrations_of_code() -> frozenset[str]:
    """`app.name` of every migration that this code has, by the names of the files."""
    found: set[str] = set()
    for config in apps.get_app_configs():
        name, _ = MigrationLoader.migrations_module(config.label)
        with suppress(ModuleNotFoundError):  # an app without migrations
            paths = import_module(str(name)).__path__
            modules = (module.name for module in iter_modules(paths) if not module.ispkg)
            found |= {f"{config.label}.{one}" for one in modules if one[0] not in "_~"}
    return frozenset(found)


def applied_migrations() -> frozenset[str]:
    """Likewise of every migration that the database has; those of a newer code too."""
    applied = MigrationRecorder(connection).applied_migrations()
    return frozenset(f"{app}.{name}" for app, name in applied)


@contextmanager
def _time_limit() -> Iterator[None]:
    """Cut the connection if the database accepts it and then says nothing for too long.

    Otherwise the thread would wait for the network to give up, which takes a quarter of an hour,
    and nothing else would ask meanwhile.
    """
    connection.ensure_connection()  # psycopg limits this by itself
    descriptor = dup(connection.connection.fileno())
    with socket.socket(fileno=descriptor) as same:
        timer = threading.Timer(TIMEOUT_SECONDS, _cut, [same])
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()


def _cut(connected: socket.socket) -> None:
    with suppress(OSError):  # it has ended meanwhile
        connected.shutdown(socket.SHUT_RDWR)
