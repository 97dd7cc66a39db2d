from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from leads.models.webhook_endpoint import LEASE, ROTATION, EventType
from loopin.sql import execute, fetch_record

KEPT = timedelta(days=30)

# The next attempt is put off before this one is made: a worker that dies loses nothing, and nobody
# else sends meanwhile. What is told of the lead is how it stands now.
TAKE = """
WITH endpoint AS (
    UPDATE leads_webhookendpoint SET busy_until = now() + %(lease)s
    WHERE id = %(endpoint_id)s AND holder = %(holder)s AND is_active
    RETURNING id, url, seed,
              CASE WHEN rotated_at > now() - %(rotation)s THEN previous_seed ELSE '' END
                  AS previous_seed
), due AS (
    SELECT delivery.id FROM leads_webhookdelivery AS delivery
    JOIN endpoint ON endpoint.id = delivery.endpoint_id
    WHERE delivery.state = 'pending' AND delivery.next_attempt_at <= now()
    ORDER BY delivery.next_attempt_at, delivery.id
    LIMIT 1
    FOR UPDATE OF delivery SKIP LOCKED
), taken AS (
    UPDATE leads_webhookdelivery AS delivery
    SET attempts = delivery.attempts + 1, next_attempt_at = now() + %(lease)s
    FROM due WHERE delivery.id = due.id
    RETURNING delivery.id, delivery.event_id, delivery.event_type, delivery.attempts
)
SELECT taken.id, endpoint.id AS endpoint_id, taken.event_type, taken.attempts, event.created_at,
       endpoint.url, endpoint.seed, endpoint.previous_seed, lead.id AS lead_id, lead.user_id,
       lead.stage, lead.status, lead.source, lead.country, lead.phone_number
FROM taken
CROSS JOIN endpoint
JOIN leads_leadevent AS event ON event.id = taken.event_id
JOIN leads_lead AS lead ON lead.id = event.lead_id
"""

# Whoever took it since has another number of attempts.
SETTLE = """
UPDATE leads_webhookdelivery
SET state = %(state)s::text, last_status = %(status)s, last_error = %(error)s,
    next_attempt_at = now() + %(wait)s,
    delivered_at = CASE WHEN %(state)s::text = 'delivered' THEN now() END
WHERE id = %(delivery_id)s AND attempts = %(attempts)s AND state = 'pending'
"""


class State(models.TextChoices):
    PENDING = "pending", _("Pending")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Failed")


@dataclass(frozen=True)
class Taken:
    """A delivery that this worker sends, with what it says and to whom."""

    id: int
    endpoint_id: int
    event_type: str
    attempts: int
    created_at: datetime
    url: str
    seed: str
    previous_seed: str
    lead_id: int
    user_id: int | None
    stage: str
    status: str
    source: str
    country: str
    phone_number: str | None


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    def take(self, endpoint_id: int, holder: UUID) -> Taken | None:
        """The next delivery that is due, its attempt counted; None if there is none, or the
        endpoint is another worker's by now."""
        values = {"endpoint_id": endpoint_id, "holder": holder}
        row = fetch_record(TAKE, values | {"lease": LEASE, "rotation": ROTATION})
        return Taken(**row) if row else None

    def settle(
        self, taken: Taken, state: State, *, status: int | None, error: str, wait: timedelta
    ) -> None:
        """Write down how an attempt went. `wait`: until the next one, of one that is pending."""
        values: dict[str, Any] = {"delivery_id": taken.id, "attempts": taken.attempts}
        values |= {"state": state.value, "status": status, "error": error, "wait": wait}
        execute(SETTLE, values)

    def replay(self) -> int:
        """Send these again, as if for the first time; how many."""
        return self.update(
            state=State.PENDING, attempts=0, next_attempt_at=Now(), delivered_at=None
        )

    def long_over(self) -> Self:
        """Delivered or failed, and 30 days old."""
        return self.exclude(state=State.PENDING).filter(created_at__lt=Now() - KEPT)


class WebhookDelivery(models.Model):
    """Something that an endpoint is to be told, and how that went. No answer's body is kept."""

    endpoint = models.ForeignKey("leads.WebhookEndpoint", models.CASCADE, related_name="deliveries")
    event = models.ForeignKey("leads.LeadEvent", models.CASCADE, related_name="+")
    event_type = models.CharField(max_length=40, choices=EventType)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(db_default=Now())
    last_status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Of HTTP.")
    last_error = models.CharField(max_length=30, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    delivered_at = models.DateTimeField(null=True, blank=True)

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "webhook deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint", "event", "event_type"], name="webhook_delivery_is_unique"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=State.values), name="webhook_delivery_state_is_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "next_attempt_at", "id"],
                condition=models.Q(state="pending"),
                name="webhook_delivery_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.pk}"
