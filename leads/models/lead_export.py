from datetime import datetime, timedelta
from typing import Self

import orjson
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from leads.models.lead_event import EventKind
from loopin.sql import fetch_rows

KEPT_FOR = timedelta(hours=1)
"""How long an export can be downloaded after it was asked for."""

SILENCE = timedelta(minutes=1)
"""A download that wrote nothing for so long is over: its server died, or its reader fell asleep."""

# Locked so that nobody deletes a lead before its timeline has the line; deleted ones are left out.
# The lock is the one that Django does not know (KEY SHARE), which no change of a lead waits for.
NOTE = """
WITH lead AS (
    SELECT id FROM leads_lead WHERE id = ANY(%(lead_ids)s) ORDER BY id FOR KEY SHARE
)
INSERT INTO leads_leadevent (lead_id, kind, actor_id, data)
SELECT id, %(kind)s, %(actor_id)s, %(data)s::jsonb FROM lead
RETURNING lead_id
"""


class LeadExportQuerySet(models.QuerySet["LeadExport"]):
    def running(self) -> Self:
        """Those whose rows are on their way."""
        is_alive = Q(active_at__gt=Now() - SILENCE)
        return self.filter(is_alive, finished_at=None, stopped_at=None, started_at__isnull=False)

    def waiting(self) -> Self:
        """Those whose file nobody has fetched, while it can be."""
        return self.filter(started_at=None, created_at__gt=Now() - KEPT_FOR)

    def start(self, pk: int) -> None:
        """Its rows begin to leave."""
        self.filter(pk=pk).update(started_at=Now(), active_at=Now())

    def end(self, pk: int, *, is_complete: bool) -> None:
        """Nothing more will leave; complete or not."""
        field = "finished_at" if is_complete else "stopped_at"
        self.filter(pk=pk, finished_at=None, stopped_at=None).update(**{field: Now()})

    def past_retention(self) -> Self:
        """As old as events of the security log may become."""
        days = timedelta(days=settings.SECURITY_EVENT_RETENTION_DAYS)
        return self.filter(created_at__lt=Now() - days)


class LeadExport(models.Model):
    """Leads that somebody took out of the desk: who, when, which, and how many really left.

    `query` is the desk's address without its path; `lead_ids`, if there are any, count instead.
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

    @transaction.atomic
    def note(self, lead_ids: list[int]) -> set[int]:
        """Write into the leads' timelines that they leave, and count them; those that do."""
        data = {"export": self.pk, "masked": not self.has_full_numbers}
        values = {
            "lead_ids": lead_ids,
            "kind": EventKind.EXPORTED.value,
            "actor_id": self.creator_id,
            "data": orjson.dumps(data).decode(),
        }
        noted = {row[0] for row in fetch_rows(NOTE, values)}
        own = LeadExport.objects.filter(pk=self.pk)
        own.update(rows=F("rows") + len(noted), active_at=Now())
        return noted

    @property
    def expires_at(self) -> datetime:
        return self.created_at + KEPT_FOR

    @property
    def is_fresh(self) -> bool:
        """Whether its page may still fetch the file by itself."""
        return self.started_at is None and self.created_at > timezone.now() - SILENCE

    @property
    def is_running(self) -> bool:
        """Whether rows are on their way."""
        is_over = self.finished_at or self.stopped_at
        return bool(not is_over and self.active_at and self.active_at > timezone.now() - SILENCE)

    @property
    def is_waiting(self) -> bool:
        """Whether the file can be fetched."""
        return self.started_at is None and self.expires_at > timezone.now()

    @property
    def percent(self) -> int:
        """How much of what was expected has left; 100 only when all has."""
        if self.finished_at:
            return 100
        return min(99, self.rows * 100 // max(1, self.expected_rows))
