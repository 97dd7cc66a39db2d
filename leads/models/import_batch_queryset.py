"""How imports go from state to state, and which process works on one.

A process works on an import under a lease that its every step renews. Whoever else would go on
finds it taken, and the import of a process that was killed is free again after `LEASE`.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from leads.models.import_state import UNDO_TIME, WORKING, ImportState

if TYPE_CHECKING:
    from leads.models.import_batch import ImportBatch

LEASE = timedelta(seconds=30)
"""How long a process that says nothing more keeps an import; a step takes about a second."""


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    @transaction.atomic
    def lease(self, *, idle: timedelta = timedelta(0)) -> "ImportBatch | None":
        """Take one of these imports that need work and no process is at; None if none does.

        `idle`: how long nobody must have been at it. Of simultaneous callers each gets another.
        """
        is_free = Q(leased_until=None) | Q(leased_until__lt=Now())
        due = self.filter(is_free, state__in=WORKING, worked_at__lte=Now() - idle)
        batch = due.order_by("worked_at").select_for_update(skip_locked=True).first()
        if batch is not None:
            batch.worker = uuid4()
            self.filter(pk=batch.pk).update(worker=batch.worker, leased_until=Now() + LEASE)
        return batch

    def keep_lease(self, batch: "ImportBatch", **changes: Any) -> bool:
        """Change an import that this process works on, and keep it for another `LEASE`.

        False, and nothing is changed, if it was cancelled, or another process has taken it over.
        """
        mine = self.filter(pk=batch.pk, worker=batch.worker, state=batch.state)
        kept = {"leased_until": Now() + LEASE, "worked_at": Now(), "setbacks": 0}
        return bool(mine.update(**kept | changes))

    def free(self, batch: "ImportBatch") -> None:
        """Let other processes go on with an import."""
        self.filter(pk=batch.pk, worker=batch.worker).update(worker=None, leased_until=None)

    def move(self, to: ImportState, **changes: Any) -> bool:
        """Move these imports to another state; False if there were none.

        Nobody has a lease afterwards, so that a process that is still at work on the state before
        cannot go on.
        """
        moved = {"state": to, "worker": None, "leased_until": None, "worked_at": Now()}
        return bool(self.update(**moved | changes))

    def finish(self, batch: "ImportBatch", to: ImportState, **changes: Any) -> None:
        """Move an import that this process works on; nothing happens if it was cancelled."""
        self.filter(pk=batch.pk, worker=batch.worker, state=batch.state).move(to, **changes)

    def fail(self, batch: "ImportBatch", *, reason: str) -> None:
        """End an import that this process works on; leads that were written stay."""
        times = {"finished_at": Now(), "kept_until": Now() + UNDO_TIME}
        self.finish(batch, ImportState.FAILED, failure=reason, **times)

    def set_back(self, batch: "ImportBatch") -> int:
        """Free an import whose step failed, and return how many in a row did."""
        mine = self.filter(pk=batch.pk, worker=batch.worker)
        mine.update(leased_until=Now(), worked_at=Now(), setbacks=F("setbacks") + 1)
        return mine.values_list("setbacks", flat=True).first() or 0

    def cancel(self) -> bool:
        """End these imports before they are done; False if there were none."""
        return self.move(ImportState.CANCELLED, finished_at=Now(), kept_until=Now() + UNDO_TIME)

    def expired(self) -> Self:
        """The imports that waited too long for somebody to go on with them."""
        waiting = [ImportState.MATCHING, ImportState.WAITING]
        return self.filter(state__in=waiting, kept_until__lt=Now())

    def past_retention(self) -> Self:
        """Batches that were never confirmed, once their time is over, and others that are as old
        as the security events that are deleted."""
        days = timedelta(days=settings.SECURITY_EVENT_RETENTION_DAYS)
        is_over = Q(confirmed_at=None, kept_until__lt=Now()) | Q(created_at__lt=Now() - days)
        return self.filter(is_over).exclude(state__in=WORKING)
