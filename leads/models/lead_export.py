from datetime import datetime, timedelta
from typing import Self

import orjson
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from leads.models.lead_event import EventKind
from loopin.sql import fetch_rows

DOWNLOAD_TIME = timedelta(hours=1)
"""How long after its request an export can be downloaded."""

MAX_SILENCE = timedelta(minutes=1)
"""A download that sent nothing for so long has ended: its server died, or its reader stopped."""

# Locks the leads, so that none is deleted before its timeline has the event; deleted ones are left
# out. Django has no KEY SHARE lock, for which no change of a lead has to wait.
NOTE = """
WITH lead AS (
    SELECT id FROM leads_lead WHERE id = ANY(%(lead_ids)s) ORDER BY id FOR KEY SHARE
), event AS (
    INSERT INTO leads_leadevent (lead_id, kind, actor_id, data)
    SELECT id, %(kind)s, %(actor_id)s, %(data)s::jsonb FROM lead
    RETURNING lead_id
), counted AS (
    UPDATE leads_leadexport
    SET rows = rows + (SELECT count(*) FROM event), active_at = now() WHERE id = %(export)s
)
SELECT lead_id FROM event
"""


class LeadExportQuerySet(models.QuerySet["LeadExport"]):
    def running(self) -> Self:
        """The exports whose rows are being sent."""
        is_alive = Q(active_at__gt=Now() - MAX_SILENCE)
        return self.filter(is_alive, finished_at=None, stopped_at=None, started_at__isnull=False)

    def waiting(self) -> Self:
        """The exports whose file can be downloaded and was not."""
        return self.filter(started_at=None, created_at__gt=Now() - DOWNLOAD_TIME)

    def start(self, pk: int) -> None:
        """Record that the download has started."""
        self.filter(pk=pk).update(started_at=Now(), active_at=Now())

    def end(self, pk: int, *, is_complete: bool) -> None:
        """Record that the download has finished, or that it stopped before the end."""
        field = "finished_at" if is_complete else "stopped_at"
        self.filter(pk=pk, finished_at=None, stopped_at=None).update(**{field: Now()})

    def past_retention(self) -> Self:
        """The exports that are as old as the security events that are deleted."""
        days = timedelta(days=settings.SECURITY_EVENT_RETENTION_DAYS)
        return self.filter(created_at__lt=Now() - days)


class LeadExport(models.Model):
    """An export of leads: who took which leads when, and how many were sent.

    `query`: the query string of a view of the desk. `lead_ids`: if there are any, only these.
    """

    creator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    query = models.TextField(blank=True, default="")
    lead_ids = ArrayField(models.BigIntegerField(), blank=True, default=list)
    has_full_numbers = models.BooleanField(default=False)
    expected_rows = models.PositiveIntegerField(help_text="Estimated above 10 000.")
    rows = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True, blank=True)
    active_at = models.DateTimeField(
        null=True, blank=True, help_text="When the last rows were sent."
    )
    finished_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(
        null=True, blank=True, help_text="When the reader went away before the end."
    )

    objects = LeadExportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["creator", "created_at"], name="leadexport_of_creator")]

    def __str__(self) -> str:
        return f"Export {self.pk}"

    def note(self, lead_ids: list[int]) -> set[int]:
        """Record the export in the timelines of these leads, and count them; returns their ids."""
        data = {"export": self.pk, "masked": not self.has_full_numbers}
        values = {
            "export": self.pk,
            "lead_ids": lead_ids,
            "kind": EventKind.EXPORTED.value,
            "actor_id": self.creator_id,
            "data": orjson.dumps(data).decode(),
        }
        return {row[0] for row in fetch_rows(NOTE, values)}

    @property
    def expires_at(self) -> datetime:
        return self.created_at + DOWNLOAD_TIME

    @property
    def is_fresh(self) -> bool:
        """Whether its page may still start the download by itself."""
        return self.started_at is None and self.created_at > timezone.now() - MAX_SILENCE

    @property
    def is_running(self) -> bool:
        """Whether rows are being sent."""
        is_over = self.finished_at or self.stopped_at
        return bool(
            not is_over and self.active_at and self.active_at > timezone.now() - MAX_SILENCE
        )

    @property
    def is_waiting(self) -> bool:
        """Whether the file can be downloaded."""
        return self.started_at is None and self.expires_at > timezone.now()

    @property
    def percent(self) -> int:
        """How much of the expected rows was sent; 100 only when all are."""
        if self.finished_at:
            return 100
        return min(99, self.rows * 100 // max(1, self.expected_rows))
