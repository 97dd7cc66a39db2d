import secrets
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import Self
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User, person_event
from leads.models import lead_event
from leads.models.webhook_sources import WITH_NEW_EVENTS, Source
from leads.models.webhook_types import CHOICES
from loopin.models.kinds import KindField
from loopin.rules import called
from loopin.sql import fetch_row, fetch_rows
from loopin.statements.event_order import EventOrder
from loopin.text.fields import LineField

URL_MAX_LENGTH = 500
DESCRIPTION_MAX_LENGTH = 200

SEED_BYTES = 32
ROTATION = timedelta(hours=24)
"""How long after a rotation messages are also signed with the previous secret."""

LEASE = timedelta(minutes=2)
"""How long an endpoint stays leased to a worker that was killed while it sent: longer than the
slowest look-up of a name and 15 seconds of connecting and waiting."""


@called("DeliveryState")
class State(models.TextChoices):
    """How far a delivery is."""

    PENDING = "pending", _("Pending")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Failed")


def _end_of(order: EventOrder) -> models.Func:
    """Up to where the events of a table are complete, as a column's default."""
    return models.Func(template=f"(({order.function}()).complete)")


new_seed = partial(secrets.token_hex, SEED_BYTES)


class WebhookEndpointQuerySet(models.QuerySet["WebhookEndpoint"]):
    def receiving(self) -> Self:
        """Those that are on. The endpoints of a service account are only while the account is."""
        is_service_on = Exists(User.objects.filter(pk=OuterRef("service_id"), is_active=True))
        return self.filter(Q(service=None) | is_service_on, is_active=True)

    def with_new_events(self) -> list[int]:
        """The active endpoints with events after their cursor, also those that are not receiving;
        one statement."""
        return [row[0] for row in fetch_rows(WITH_NEW_EVENTS, [])]

    def collect(self, endpoint_id: int, source: Source, *, size: int) -> int:
        """Create the deliveries of the next `size` events of a source; returns how many events
        there were. Returns 0 while another worker collects."""
        with transaction.atomic():
            active = self.filter(pk=endpoint_id).receiving()
            locked = active.select_for_update(no_key=True, skip_locked=True, of=("self",))
            look = locked.annotate(complete=source.order.complete)
            complete = look.values_list("complete", flat=True).first()
            if complete is None:
                return 0
            values = {"endpoint_id": endpoint_id, "size": size, "complete": complete}
            values |= {"pending": State.PENDING.value}
            row = fetch_row(source.collect, {**values, **source.values})
        return row[0] if row else 0

    def due(self) -> list[int]:
        """The unleased endpoints with a delivery that is due; one statement."""
        is_due = Q(deliveries__state=State.PENDING, deliveries__next_attempt_at__lte=Now())
        has_due = Exists(self.model.objects.filter(is_due, pk=OuterRef("pk")))
        return list(self.unleased().filter(has_due).values_list("pk", flat=True))

    def unleased(self) -> Self:
        """The receiving endpoints that no worker is sending to."""
        return self.receiving().filter(Q(leased_until=None) | Q(leased_until__lte=Now()))

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
        endpoint = self.receiving().filter(pk=endpoint_id, leased_by=worker_id)
        return bool(endpoint.update(leased_until=Now() + LEASE))

    def end_lease(self, endpoint_id: int, worker_id: UUID) -> None:
        self.filter(pk=endpoint_id, leased_by=worker_id).update(leased_by=None, leased_until=None)

    def disable(self, endpoint_id: int, reason: str) -> None:
        self.filter(pk=endpoint_id).update(is_active=False, disabled_reason=reason)


class WebhookEndpoint(models.Model):
    """A system that receives webhooks, and the positions up to which it has them: in the timeline
    of leads, and in the events of people.

    An endpoint that is switched off keeps its positions: once it is on again, it receives what
    happened meanwhile, of people as long as their events are kept. One worker at a time sends to it
    (`leased_by`, until `leased_until`), so that messages arrive in order. leads/webhooks/signing.py
    makes its secrets from the seeds.
    """

    url = models.URLField("address", max_length=URL_MAX_LENGTH)
    description = LineField(max_length=DESCRIPTION_MAX_LENGTH, blank=True)
    event_types = ArrayField(KindField(max_length=40, choices=CHOICES))
    is_active = models.BooleanField("active", default=True)
    disabled_reason = models.CharField(max_length=100, blank=True, editable=False)
    service = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="webhook_endpoints",
        help_text="The service account that made it and manages it; empty: somebody in the admin.",
    )
    seed = models.CharField(max_length=64, default=new_seed, editable=False)
    previous_seed = models.CharField(max_length=64, blank=True, editable=False)
    rotated_at = models.DateTimeField(null=True, blank=True, editable=False)
    lead_position = models.BigIntegerField(db_default=_end_of(lead_event.ORDER), editable=False)
    person_position = models.BigIntegerField(db_default=_end_of(person_event.ORDER), editable=False)
    leased_by = models.UUIDField(null=True, blank=True, editable=False)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = WebhookEndpointQuerySet.as_manager()

    def __str__(self) -> str:
        return self.description or urlsplit(self.url).hostname or "Endpoint"

    @property
    def seeds(self) -> list[str]:
        """The seeds of the secrets that sign messages: for `ROTATION` after one the previous,
        too."""
        is_recent = self.rotated_at is not None and self.rotated_at > timezone.now() - ROTATION
        return [self.seed, self.previous_seed] if is_recent and self.previous_seed else [self.seed]

    def save_changed(self, fields: Iterable[str]) -> None:
        """Save these columns alone, because a worker may have moved the positions since the row was
        read. An endpoint that is on again has no reason for being off."""
        if self.is_active:
            self.disabled_reason = ""
        self.save(update_fields=[*fields, "disabled_reason"])

    def rotate(self) -> None:
        """Give it another secret; the previous one also signs for `ROTATION`."""
        self.previous_seed, self.seed, self.rotated_at = self.seed, new_seed(), timezone.now()
        self.save(update_fields=["seed", "previous_seed", "rotated_at"])
