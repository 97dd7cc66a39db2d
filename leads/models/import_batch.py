from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from leads.models import import_sql
from loopin.sql import execute, fetch_row, fetch_rows

KEPT_FOR = timedelta(hours=1)
"""How long a file waits to be confirmed."""


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    def known(self, phone_numbers: list[str]) -> dict[str, bool]:
        """Which of the numbers are leads, and whether as customers. One statement."""
        return dict(fetch_rows(import_sql.KNOWN, [phone_numbers]))

    def take_in(self, pk: int, *, actor_id: int) -> tuple[int, int] | None:
        """Write every lead of a batch, its event and its note; how many are fresh, and merged.

        None, and nothing is written, if it was confirmed before, or its time is over. Of
        simultaneous callers one has the numbers. Four statements, to be run in a transaction.
        """
        values = {"batch": pk, "actor_id": actor_id} | import_sql.WORDS
        waiting = self.filter(pk=pk, creator_id=actor_id, confirmed_at=None)
        if not waiting.filter(created_at__gt=Now() - KEPT_FOR).update(confirmed_at=Now()):
            return None
        execute(import_sql.PATIENCE, [])
        execute(import_sql.WITHDRAW, values)
        row = fetch_row(import_sql.TAKE_IN, values)
        assert row is not None  # noqa: S101  it counts
        return row[0], row[1]

    def past_retention(self) -> Self:
        """Never confirmed in time; and those that were, when security events of their age go."""
        days = timedelta(days=settings.SECURITY_EVENT_RETENTION_DAYS)
        is_missed = Q(confirmed_at=None, created_at__lt=Now() - KEPT_FOR)
        return self.filter(is_missed | Q(created_at__lt=Now() - days))


class ImportBatch(models.Model):
    """A file that somebody uploaded, as it was understood: written to the leads when confirmed.

    `leads` holds what will be written, and nothing once it is. `errors` name row, column and
    reason, never what stood there.
    """

    creator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=100)
    leads = models.JSONField(default=list)
    errors = models.JSONField(default=list)
    ignored_columns = models.JSONField(default=list)
    rows = models.PositiveIntegerField(help_text="Of the file, without its header.")
    repeated = models.PositiveIntegerField(help_text="Rows with a number of an earlier row.")
    expected_fresh = models.PositiveIntegerField()
    expected_known = models.PositiveIntegerField()
    customers = models.PositiveIntegerField(help_text="Left alone.")
    fresh = models.PositiveIntegerField(null=True, blank=True)
    merged = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "import batches"

    def __str__(self) -> str:
        return f"Import {self.pk}"

    @property
    def expires_at(self) -> datetime:
        return self.created_at + KEPT_FOR

    @property
    def is_waiting(self) -> bool:
        """Whether it can be confirmed."""
        return self.confirmed_at is None and self.expires_at > timezone.now()

    @property
    def refused_rows(self) -> int:
        """How many rows have errors; some have several."""
        return len({error["row"] for error in self.errors})

    @property
    def expected(self) -> int:
        """How many leads it will write."""
        return self.expected_fresh + self.expected_known
