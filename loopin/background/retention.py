"""How long rows are kept: apps register rules, `manage.py purge` removes what is too old, and the
worker sweeps every minute what sign-ups leave behind."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from loopin.background import periodic
from loopin.sql import deletion_allowed

BATCH_SIZE = 1000
SWEPT_BATCHES = 100
"""Batches of one rule in one sweep, so that no rule waits long for another: 100 000 rows a minute
are more than 10 000 sign-ups leave."""

Rows = QuerySet[Any, Any]
Delete = Callable[[Any], object]


@dataclass(frozen=True)
class RetentionRule:
    """Which rows are past their time, and how they are deleted.

    `is_swept`: whether the worker removes them every minute; an index has to find them then.
    """

    name: str
    rows: Callable[[], Rows]
    delete: Delete
    is_swept: bool = False

    def batches(self, size: int = BATCH_SIZE) -> Iterator[int]:
        """Remove the rows, `size` in a transaction, and tell after each how many went.

        It may be stopped at any point: what was removed stays removed, and the next run removes the
        rest. Rows that somebody else has locked are left to the next run too.
        """
        while removed := self._remove(size):
            yield removed

    def _remove(self, size: int) -> int:
        with deletion_allowed():
            locked = self.rows().order_by().select_for_update(skip_locked=True)
            keys = list(locked.values_list("pk", flat=True)[:size])
            self.delete(locked.model._default_manager.filter(pk__in=keys))
        return len(keys)


registered: list[RetentionRule] = []


def register(
    name: str,
    rows: Callable[[], Rows],
    delete: Delete = QuerySet.delete,
    *,
    is_swept: bool = False,
) -> None:
    """`register("rate counters", RateCounter.objects.long_over)` is all that a table needs."""
    registered.append(RetentionRule(name, rows, delete, is_swept))


def sweep() -> int:
    """Remove what is past its time by the rules that are swept; returns how many rows.

    Tables that every sign-up fills stay small, and so do their indexes. Several processes share the
    work. What is left after `SWEPT_BATCHES` of a rule waits for the next sweep.
    """
    return sum(_sweep(rule) for rule in registered if rule.is_swept)


def _sweep(rule: RetentionRule) -> int:
    removed = 0
    for count in islice(rule.batches(), SWEPT_BATCHES):
        removed += count
        if count < BATCH_SIZE or periodic.stopping.is_set():
            break
    return removed
