from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from leads.models import import_sql
from leads.models.suppressed_number import SuppressedNumber
from loopin.sql import execute, fetch_row, fetch_rows
from loopin.text.fields import LineField

CONFIRMATION_TIME = timedelta(hours=1)
"""How long an uploaded file can be confirmed."""


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    def known_numbers(self, phone_numbers: list[str]) -> dict[str, bool]:
        """Which of the numbers have leads, and whether these are customers. One statement."""
        return dict(fetch_rows(import_sql.KNOWN_NUMBERS, [phone_numbers]))

    def write_leads(self, pk: int, *, actor_id: int) -> tuple[int, int] | None:
        """Write every lead of a batch with its event and note; returns how many are new, and
        merged.

        None, and nothing is written, if the batch was confirmed before or has expired. Of
        simultaneous callers one gets the counts. Six statements; the caller opens a transaction.
        """
        values: dict[str, Any] = {"batch": pk, "actor_id": actor_id} | import_sql.PARAMETERS
        waiting = self.filter(pk=pk, creator_id=actor_id, confirmed_at=None)
        if not waiting.filter(created_at__gt=Now() - CONFIRMATION_TIME).update(confirmed_at=Now()):
            return None
        execute(import_sql.LONGER_TIMEOUT, import_sql.PARAMETERS)
        numbers = [row[0] for row in fetch_rows(import_sql.NUMBERS, [pk])]
        values["suppressed"] = SuppressedNumber.objects.among(numbers)
        execute(import_sql.WITHDRAW_CONSENT, values)
        row = fetch_row(import_sql.WRITE_LEADS, values)
        assert row is not None  # noqa: S101  it returns counts
        return row[0], row[1]

    def past_retention(self) -> Self:
        """Batches that were not confirmed in time, and confirmed ones that are as old as the
        security events that are deleted."""
        days = timedelta(days=settings.SECURITY_EVENT_RETENTION_DAYS)
        is_expired = Q(confirmed_at=None, created_at__lt=Now() - CONFIRMATION_TIME)
        return self.filter(is_expired | Q(created_at__lt=Now() - days))


class ImportBatch(models.Model):
    """The content of an uploaded file, which is written to the leads when it is confirmed.

    `leads`: what will be written; empty afterwards. `errors`: row, column and reason of refused
    cells, never their content.
    """

    creator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    file_name = LineField(max_length=100)
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
        return self.created_at + CONFIRMATION_TIME

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
