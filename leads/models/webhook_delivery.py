from datetime import timedelta
from typing import Self
from uuid import UUID

from django.db import models, transaction
from django.db.models.functions import Now

from leads.models.webhook_endpoint import LEASE, State, WebhookEndpoint
from leads.models.webhook_types import DELIVERY_CHOICES, TEST
from loopin.models.kinds import KindField

RETENTION = timedelta(days=30)


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    @transaction.atomic
    def take(self, endpoint_id: int, worker_id: UUID) -> "WebhookDelivery | None":
        """The next delivery that is due, with this attempt counted; None if there is none, or the
        worker has lost its lease.

        The next attempt is scheduled before this one is made, so that the delivery of a worker that
        dies is sent later, and by nobody else meanwhile. The message shows lead and person as they
        are at this moment.
        """
        if not WebhookEndpoint.objects.renew_lease(endpoint_id, worker_id):
            return None
        due = self.filter(endpoint=endpoint_id, state=State.PENDING, next_attempt_at__lte=Now())
        due = due.select_for_update(of=("self",), skip_locked=True)
        due = due.select_related("endpoint", "event__lead", "person_event__user")
        delivery = due.order_by("next_attempt_at", "id").first()
        if delivery is not None:
            delivery.attempts += 1
            delivery.next_attempt_at = Now() + LEASE
            delivery.save(update_fields=["attempts", "next_attempt_at"])
        return delivery

    def settle(
        self,
        delivery: "WebhookDelivery",
        state: State,
        *,
        status: int | None,
        error: str,
        wait: timedelta,
    ) -> None:
        """Save the outcome of an attempt. `wait`: until the next attempt, if the state is pending.

        Nothing is saved if another worker has taken the delivery since: it has counted an attempt.
        """
        attempt = self.filter(pk=delivery.pk, attempts=delivery.attempts, state=State.PENDING)
        attempt.update(
            state=state,
            last_status=status,
            last_error=error,
            next_attempt_at=Now() + wait,
            delivered_at=Now() if state == State.DELIVERED else None,
        )

    def replay(self) -> int:
        """Send these deliveries again, with all their attempts; returns how many."""
        return self.update(
            state=State.PENDING, attempts=0, next_attempt_at=Now(), delivered_at=None
        )

    def long_over(self) -> Self:
        """Delivered or failed, and older than `RETENTION`."""
        return self.exclude(state=State.PENDING).filter(created_at__lt=Now() - RETENTION)


class WebhookDelivery(models.Model):
    """A message for an endpoint, and how its delivery went. The bodies of answers are not stored.

    It tells of an event of a lead or of a person; a test message of none.
    """

    endpoint = models.ForeignKey("leads.WebhookEndpoint", models.CASCADE, related_name="deliveries")
    event = models.ForeignKey("leads.LeadEvent", models.CASCADE, null=True, related_name="+")
    person_event = models.ForeignKey(
        "accounts.PersonEvent", models.CASCADE, null=True, related_name="+"
    )
    event_type = KindField(max_length=40, choices=DELIVERY_CHOICES)
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
            models.UniqueConstraint(
                fields=["endpoint", "person_event"], name="webhook_delivery_of_person_is_unique"
            ),
            models.CheckConstraint(
                condition=models.Q(event_type=TEST, event=None, person_event=None)
                | models.Q(event__isnull=False, person_event=None)
                | models.Q(event=None, person_event__isnull=False),
                name="webhook_delivery_tells_of_one_event",
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
