"""Runs SQL statements that are constants beside their model.

Building a query through the ORM costs five to ten times the CPU of running it. So the few that
every sign-in needs are written as SQL, and those that have to be atomic.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import InterfaceError, OperationalError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.errors import ReadOnlySqlTransaction

from loopin.replica.router import read_alias

Parameters = Sequence[Any] | Mapping[str, Any]


def _connection() -> BaseDatabaseWrapper:
    """The primary, but for a read that goes to the replica (loopin/replica)."""
    return connections[read_alias()]


def is_unavailable(error: Exception) -> bool:
    """Whether the database cannot be reached, or takes no writes."""
    return is_read_only(error) or isinstance(error, OperationalError | InterfaceError)


def is_read_only(error: Exception) -> bool:
    """Whether the database takes no writes. After a failover an open connection may lead to what
    has become a standby, and works for reads: so it has to be closed."""
    return isinstance(error.__cause__, ReadOnlySqlTransaction)


def fetch_row(sql: str, parameters: Parameters) -> tuple[Any, ...] | None:
    """Run a statement and return its first row, None if it has none."""
    with _connection().cursor() as cursor:
        cursor.execute(sql, parameters)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row


def fetch_rows(sql: str, parameters: Parameters) -> list[tuple[Any, ...]]:
    """Run a statement and return all its rows."""
    with _connection().cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def fetch_records(sql: str, parameters: Parameters) -> list[dict[str, Any]]:
    """Like `fetch_rows`, each row by the names of its columns."""
    with _connection().cursor() as cursor:
        cursor.execute(sql, parameters)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def execute(sql: str, parameters: Parameters) -> int:
    """Run a statement and return how many rows it changed."""
    with _connection().cursor() as cursor:
        cursor.execute(sql, parameters)
        changed: int = cursor.rowcount
    return changed


def array_of(values: Iterable[object]) -> str:
    """The text of a one-dimensional array without NULLs, to be cast, as in `%(keys)s::text[]`.

    psycopg looks at each element of a list for its type, which costs ten times as much, and
    prepares a statement once more for numbers of another size.
    """
    quoted = [str(value).replace("\\", "\\\\").replace('"', '\\"') for value in values]
    return '{"' + '","'.join(quoted) + '"}' if quoted else "{}"


@contextmanager
def without_prepared_plans() -> Iterator[None]:
    """Run statements without preparing them, so that PostgreSQL plans each for its own values.

    The best plan of a filter depends on how common its value is. A prepared statement gets one plan
    for all values after a few runs, and that plan can take a hundred times longer. psycopg decides
    by `prepare_threshold` whether to prepare a statement, and None means never.
    """
    connection = _connection()
    connection.ensure_connection()
    server = connection.connection
    threshold, server.prepare_threshold = server.prepare_threshold, None
    try:
        yield
    finally:
        server.prepare_threshold = threshold


@contextmanager
def deletion_allowed() -> Iterator[None]:
    """Open a transaction in which rows of append-only tables may be deleted, but not changed.

    It is only for `purge` and for deleting accounts. The permission ends with the transaction, so
    that no connection keeps it.
    """
    with transaction.atomic():
        execute("SELECT set_config('loopin.is_erasing', 'on', TRUE)", [])
        yield
        execute("SELECT set_config('loopin.is_erasing', '', TRUE)", [])
