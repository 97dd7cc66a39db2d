"""What is kept only for a time: each app registers its rows, and `manage.py purge` removes them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from loopin.sql import erasing

BATCH_SIZE = 1000

Rows = QuerySet[Any, Any]
Delete = Callable[[Any], object]


@dataclass(frozen=True)
class Purge:
    """Rows whose time is over, and how they go."""

    name: str
    rows: Callable[[], Rows]
    delete: Delete

    def batches(self, size: int = BATCH_SIZE) -> Iterator[int]:
        """Remove the rows, `size` a transaction, telling after each how many went.

        Stopped at any point, what went is gone and the rest is there for the next run. Rows that
        somebody else has locked are left for it too.
        """
        while removed := self._remove(size):
            yield removed

    def _remove(self, size: int) -> int:
        with erasing():
            locked = self.rows().order_by().select_for_update(skip_locked=True)
            keys = list(locked.values_list("pk", flat=True)[:size])
            self.delete(locked.model._default_manager.filter(pk__in=keys))
        return len(keys)


registered: list[Purge] = []


def register(name: str, rows: Callable[[], Rows], delete: Delete = QuerySet.delete) -> None:
    """`register("old counters", Counter.objects.past_window)`: that is all a table needs."""
    registered.append(Purge(name, rows, delete))
