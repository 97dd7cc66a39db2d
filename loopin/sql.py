"""Statements that are written out rather than built.

Building a query through the ORM costs five to ten times the CPU of running it, so the few that
every sign-in needs, and those whose atomicity is the point, stand as constants beside their model.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

Parameters = Sequence[Any] | Mapping[str, Any]


def fetch_row(sql: str, parameters: Parameters) -> tuple[Any, ...] | None:
    """Run a statement and return its first row, None if it has none."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row


def fetch_rows(sql: str, parameters: Parameters) -> list[tuple[Any, ...]]:
    """Run a statement and return all its rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def fetch_record(sql: str, parameters: Parameters) -> dict[str, Any] | None:
    """Like `fetch_row`, with the names of the columns."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        row = cursor.fetchone()
        names = [column.name for column in cursor.description]
    return dict(zip(names, row, strict=True)) if row else None


def execute(sql: str, parameters: Parameters) -> int:
    """Run a statement and return how many rows it changed."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        changed: int = cursor.rowcount
    return changed


@contextmanager
def without_prepared_plans() -> Iterator[None]:
    """Statements whose best plan depends on their values, as that of a filter does: how common they
    are. A prepared statement comes to have one plan for all, which can cost a hundred times more.
    """
    connection.ensure_connection()
    server = connection.connection
    threshold, server.prepare_threshold = server.prepare_threshold, None
    try:
        yield
    finally:
        server.prepare_threshold = threshold


@contextmanager
def deletion_allowed() -> Iterator[None]:
    """A transaction in which rows of append-only tables may be deleted, though never altered.

    Only for what the law or a person has erased: `purge`, and the end of an account. The permission
    is the transaction's own, so that no connection keeps it.
    """
    with transaction.atomic():
        execute("SELECT set_config('loopin.is_erasing', 'on', TRUE)", [])
        yield
        execute("SELECT set_config('loopin.is_erasing', '', TRUE)", [])
