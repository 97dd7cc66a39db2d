"""Makes the months of partitioned tables ahead, and drops them after their retention.

Functions of the database do both with the rights of the owner of the tables
(loopin/migrations/_partitions.py), because the product itself may change no table.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db import OperationalError
from django.utils import timezone
from psycopg.errors import LockNotAvailable

from loopin.partitions import tables
from loopin.partitions.tables import PartitionedTable
from loopin.sql import deletion_allowed, fetch_row

logger = logging.getLogger(__name__)

EVERY_SECONDS = 3600
"""Also how soon what a lock stood in the way of is tried again."""

LITTLE_AHEAD = timedelta(days=28)
"""A worker makes two months ahead. So whoever has less than this had none for a month."""

MAKE = "SELECT loopin_make_month(%s)"
DROP = "SELECT loopin_drop_month(%s, now() - make_interval(days => %s))"
REACHES_TO = "SELECT max(upto) FROM loopin_months(%s)"


def keep() -> None:
    """Make and drop months of every table; a periodic task of the worker."""
    for table in tables.registered:
        make(table)
        drop(table)


def make(table: PartitionedTable) -> list[str]:
    """Make this month and the two after it, as far as they are missing; their names."""
    return list(_until_locked(table, _make, "Made"))


def drop(table: PartitionedTable) -> list[str]:
    """Drop the months of which every row is past its retention; their names."""
    return list(_until_locked(table, _drop, "Dropped"))


def reaches_to(table: PartitionedTable) -> datetime:
    """The end of the last month that there is."""
    row = fetch_row(REACHES_TO, [table.name])
    assert row is not None  # noqa: S101  an aggregate has one row
    end: datetime = row[0]
    return end


def lacking() -> list[str]:
    """The names of tables of which hardly a month, or none, is left ahead."""
    enough = timezone.now() + LITTLE_AHEAD
    return [table.name for table in tables.registered if reaches_to(table) < enough]


def _make(table: PartitionedTable) -> str | None:
    row = fetch_row(MAKE, [table.name])
    return row[0] if row else None


def _drop(table: PartitionedTable) -> str | None:
    with deletion_allowed():
        row = fetch_row(DROP, [table.name, table.retention_days()])
    return row[0] if row else None


def _until_locked(
    table: PartitionedTable, step: Callable[[PartitionedTable], str | None], said: str
) -> Iterator[str]:
    """One month in a transaction, so that each lock is short. Who holds the table goes first."""
    try:
        while month := step(table):
            logger.info("%s %s", said, month)
            yield month
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        logger.warning("%s is in use; its months are kept in the next run", table.name)
