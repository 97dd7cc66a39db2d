import secrets
from datetime import timedelta
from functools import partial
from typing import Self
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leads.models.lead_event import EventKind, TransactionIdField
from loopin.sql import fetch_row, fetch_rows
from loopin.text.fields import LineField

SEED_BYTES = 32
ROTATION = timedelta(hours=24)
"""How long after a rotation messages are also signed with the previous secret."""

LEASE = timedelta(minutes=2)
"""How long an endpoint stays leased to a worker that was killed while it sent: longer than the
slowest look-up of a name and 15 seconds of connecting and waiting."""


class EventType(models.TextChoices):
    LEAD_CREATED = "lead.created", _("Somebody asked for a code, or was imported")
    LEAD_STALLED = "lead.stalled", _("A sign-up came to a halt")
    LEAD_VERIFIED = "lead.verified", _("A number was verified")
    PROFILE_COMPLETED = "user.profile_completed", _("A profile was completed")


class State(models.TextChoices):
    """How far a delivery is."""

    PENDING = "pending", _("Pending")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Failed")


WITH_NEW_EVENTS = """
SELECT endpoint.id FROM leads_webhookendpoint AS endpoint
WHERE endpoint.is_active AND EXISTS (
    SELECT FROM leads_leadevent AS event
    WHERE (event.transaction_id, event.id)
              > (endpoint.cursor_transaction_id, endpoint.cursor_event_id)
      AND event.transaction_id < pg_snapshot_xmin(pg_current_snapshot()))
"""

# Reads complete events after the cursor only (leads/desk/cursor.py). The first event of a lead
# created it, whatever its kind, because the events of one lead are written one after the other,
# under the lock of its row.
COLLECT = """
WITH batch AS (
    SELECT event.*, endpoint.event_types
    FROM leads_webhookendpoint AS endpoint CROSS JOIN LATERAL (
        SELECT id, transaction_id, lead_id, kind FROM leads_leadevent
        WHERE (transaction_id, id) > (endpoint.cursor_transaction_id, endpoint.cursor_event_id)
          AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())
        ORDER BY transaction_id, id
        LIMIT %(size)s
    ) AS event
    WHERE endpoint.id = %(endpoint_id)s
), delivery AS (
    INSERT INTO leads_webhookdelivery (endpoint_id, event_id, event_type, state, attempts,
                                       next_attempt_at, last_error, created_at)
    SELECT %(endpoint_id)s, batch.id, told.type, %(pending)s, 0, now(), '', now()
    FROM batch CROSS JOIN LATERAL unnest(ARRAY[
        CASE WHEN NOT EXISTS (SELECT FROM leads_leadevent AS earlier
                              WHERE earlier.lead_id = batch.lead_id AND earlier.id < batch.id)
             THEN %(created)s END,
        %(types)s::jsonb ->> batch.kind
    ]) WITH ORDINALITY AS told(type, place)
    WHERE told.type = ANY(batch.event_types)
    ORDER BY batch.transaction_id, batch.id, told.place
    ON CONFLICT DO NOTHING
), last AS (
    SELECT transaction_id, id, count(*) OVER () AS size FROM batch
    ORDER BY transaction_id DESC, id DESC LIMIT 1
)
UPDATE leads_webhookendpoint AS endpoint
SET cursor_transaction_id = last.transaction_id, cursor_event_id = last.id
FROM last WHERE endpoint.id = %(endpoint_id)s
RETURNING last.size
"""

TYPES = {
    EventKind.STALLED: EventType.LEAD_STALLED,
    EventKind.PHONE_VERIFIED: EventType.LEAD_VERIFIED,
    EventKind.VERIFIED_BY_HAND: EventType.LEAD_VERIFIED,
    EventKind.PROFILE_COMPLETED: EventType.PROFILE_COMPLETED,
}

OLDEST_RUNNING_TRANSACTION = models.Func(template="pg_snapshot_xmin(pg_current_snapshot())")
"""Transactions that commit from now on have this id or a higher one."""

new_seed = partial(secrets.token_hex, SEED_BYTES)


def check_url(value: str) -> None:
    """Raises ValidationError for a URL that no message may be sent to."""
    parts = urlsplit(value)
    if parts.username or parts.password:
        raise ValidationError(gettext("Leave name and password out: the signature says who sends."))
    if settings.IS_PRODUCTION and parts.scheme != "https":
        raise ValidationError(gettext("Give an address that begins with https://."))
    if parts.scheme not in ("http", "https"):
        raise ValidationError(gettext("Give an address that begins with https:// or http://."))


class WebhookEndpointQuerySet(models.QuerySet["WebhookEndpoint"]):
    def with_new_events(self) -> list[int]:
        """The active endpoints with events after their cursor; one statement."""
        return [row[0] for row in fetch_rows(WITH_NEW_EVENTS, [])]

    @transaction.atomic
    def collect(self, endpoint_id: int, types: str, *, size: int) -> int:
        """Create the deliveries of the next `size` events; returns how many events there were.

        `types`: JSON from kinds of events to types. Returns 0 while another worker collects.
        """
        active = self.filter(pk=endpoint_id, is_active=True)
        if not active.select_for_update(no_key=True, skip_locked=True).exists():
            return 0
        values = {
            "endpoint_id": endpoint_id,
            "types": types,
            "size": size,
            "created": EventType.LEAD_CREATED.value,
            "pending": State.PENDING.value,
        }
        row = fetch_row(COLLECT, values)
        return row[0] if row else 0

    def due(self) -> list[int]:
        """The unleased endpoints with a delivery that is due; one statement."""
        is_due = Q(deliveries__state=State.PENDING, deliveries__next_attempt_at__lte=Now())
        has_due = Exists(self.model.objects.filter(is_due, pk=OuterRef("pk")))
        return list(self.unleased().filter(has_due).values_list("pk", flat=True))

    def unleased(self) -> Self:
        """The active endpoints that no worker is sending to."""
        return self.filter(Q(leased_until=None) | Q(leased_until__lte=Now()), is_active=True)

    def lease(self, endpoint_id: int) -> UUID | None:
        """Lease an endpoint for 2 minutes; returns the worker's id, or None if another has the
        lease."""
        worker_id = uuid4()
        endpoint = self.unleased().filter(pk=endpoint_id)
        is_leased = endpoint.update(leased_by=worker_id, leased_until=Now() + LEASE)
        return worker_id if is_leased else None

    def renew_lease(self, endpoint_id: int, worker_id: UUID) -> bool:
        """Renew the lease for 2 minutes; False if the worker has lost it, or the endpoint is
        off."""
        endpoint = self.filter(pk=endpoint_id, leased_by=worker_id, is_active=True)
        return bool(endpoint.update(leased_until=Now() + LEASE))

    def end_lease(self, endpoint_id: int, worker_id: UUID) -> None:
        self.filter(pk=endpoint_id, leased_by=worker_id).update(leased_by=None, leased_until=None)

    def disable(self, endpoint_id: int, reason: str) -> None:
        self.filter(pk=endpoint_id).update(is_active=False, disabled_reason=reason)


class WebhookEndpoint(models.Model):
    """A system that receives webhooks, and the position in the timeline up to which it has them.

    An endpoint that is switched off keeps its position: once it is on again, it receives what
    happened meanwhile. One worker at a time sends to it (`leased_by`, until `leased_until`), so
    that messages arrive in order. leads/webhooks/signing.py makes its secrets from the seeds.
    """

    url = models.URLField("address", max_length=500)
    description = LineField(max_length=200, blank=True)
    event_types = ArrayField(models.CharField(max_length=40, choices=EventType))
    is_active = models.BooleanField("active", default=True)
    disabled_reason = models.CharField(max_length=100, blank=True, editable=False)
    seed = models.CharField(max_length=64, default=new_seed, editable=False)
    previous_seed = models.CharField(max_length=64, blank=True, editable=False)
    rotated_at = models.DateTimeField(null=True, blank=True, editable=False)
    cursor_transaction_id = TransactionIdField(
        db_default=OLDEST_RUNNING_TRANSACTION, editable=False
    )
    cursor_event_id = models.BigIntegerField(default=0, editable=False)
    leased_by = models.UUIDField(null=True, blank=True, editable=False)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    event_types__contained_by=models.Value(EventType.values),
                    event_types__len__gt=0,
                ),
                name="webhook_event_types_are_known",
            ),
        ]

    def __str__(self) -> str:
        return self.description or urlsplit(self.url).hostname or "Endpoint"

    @property
    def seeds(self) -> list[str]:
        """The seeds of the secrets that sign messages: for a day after a rotation the previous,
        too."""
        is_recent = self.rotated_at is not None and self.rotated_at > timezone.now() - ROTATION
        return [self.seed, self.previous_seed] if is_recent and self.previous_seed else [self.seed]

    def rotate(self) -> None:
        """Give it another secret; the previous one also signs for 24 hours."""
        self.previous_seed, self.seed, self.rotated_at = self.seed, new_seed(), timezone.now()
        self.save(update_fields=["seed", "previous_seed", "rotated_at"])
