from datetime import timedelta
from typing import Self
from uuid import UUID

from django.db import models, transaction
from django.db.models.functions import Now

from leads.models.webhook_endpoint import LEASE, EventType, State, WebhookEndpoint

KEPT = timedelta(days=30)


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    @transaction.atomic
    def take(self, endpoint_id: int, holder: UUID) -> "WebhookDelivery | None":
        """The next delivery that is due, its attempt counted; None if there is none, or the
        endpoint is another worker's by now.

        The next attempt is put off before this one is made: a worker that dies loses nothing, and
        nobody else sends meanwhile. What is told of the lead is how it stands at this moment.
        """
        if not WebhookEndpoint.objects.keep_hold(endpoint_id, holder):
            return None
        due = self.filter(endpoint=endpoint_id, state=State.PENDING, next_attempt_at__lte=Now())
        due = due.select_for_update(of=("self",), skip_locked=True)
        due = due.select_related("endpoint", "event__lead").order_by("next_attempt_at", "id")
        delivery = due.first()
        if delivery is not None:
            delivery.attempts += 1
            delivery.next_attempt_at = Now() + LEASE
            delivery.save(update_fields=["attempts", "next_attempt_at"])
        return delivery

    def settle(
        self,
        taken: "WebhookDelivery",
        state: State,
        *,
        status: int | None,
        error: str,
        wait: timedelta,
    ) -> None:
        """Write down how an attempt went. `wait`: until the next one, of one that is pending.

        Whoever took it since has another number of attempts, and writes down their own.
        """
        attempt = self.filter(pk=taken.pk, attempts=taken.attempts, state=State.PENDING)
        attempt.update(
            state=state,
            last_status=status,
            last_error=error,
            next_attempt_at=Now() + wait,
            delivered_at=Now() if state == State.DELIVERED else None,
        )

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
                condition=models.Q(state=State.PENDING),
                name="webhook_delivery_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.pk}"
