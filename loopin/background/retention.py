"""How long rows are kept: apps register rules, and `manage.py purge` removes what is too old."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from loopin.sql import deletion_allowed

BATCH_SIZE = 1000

Rows = QuerySet[Any, Any]
Delete = Callable[[Any], object]


@dataclass(frozen=True)
class RetentionRule:
    """Which rows are past their time, and how they are deleted."""

    name: str
    rows: Callable[[], Rows]
    delete: Delete

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


def register(name: str, rows: Callable[[], Rows], delete: Delete = QuerySet.delete) -> None:
    """`register("rate counters", RateCounter.objects.long_over)` is all that a table needs."""
    registered.append(RetentionRule(name, rows, delete))
