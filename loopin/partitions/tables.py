"""Which tables are partitioned by month, and for how long each keeps its months."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class PartitionedTable:
    """A table by its name in the database.

    `retention_days`: how old every row of a month has to be before the month is dropped.
    """

    name: str
    retention_days: Callable[[], int]


registered: list[PartitionedTable] = []


def register(name: str, *, retention_days: Callable[[], int]) -> None:
    """Let the worker keep the months of a table that a migration has partitioned."""
    registered.append(PartitionedTable(name, retention_days))
