"""What a service account does with the endpoints that it made: it sees no others."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import SecurityEvent, User
from accounts.models.security_event import Kind
from leads.models import WebhookDelivery, WebhookEndpoint
from leads.models.webhook_types import TEST
from leads.webhooks import rules
from leads.webhooks.errors import DeliveryNotFound, TooManyWebhooks, WebhookNotFound
from loopin.errors import ValidationFailed, raises

MAX_ENDPOINTS = 20
"""Of one service account. Each has a thread of a worker while it is sent to."""

DELIVERIES_AT_ONCE = 50


@raises(ValidationFailed, TooManyWebhooks)
def create(service: User, fields: Mapping[str, Any]) -> WebhookEndpoint:
    """Make an endpoint from clean fields: url, event_types, description, is_active."""
    _require_public(fields["url"])
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=service.pk)
        if _made_by(service).count() >= MAX_ENDPOINTS:
            raise TooManyWebhooks
        endpoint = WebhookEndpoint.objects.create(service=service, **fields)
        _record(service, endpoint.pk, "created")
    return endpoint


@raises(ValidationFailed, WebhookNotFound)
def change(service: User, endpoint_id: int, fields: Mapping[str, Any]) -> WebhookEndpoint:
    """Change some clean fields. What happens while an endpoint is off, it is told when it is on
    again."""
    if "url" in fields:
        _require_public(fields["url"])
    with transaction.atomic():
        endpoint = _lock(service, endpoint_id)
        for name, value in fields.items():
            setattr(endpoint, name, value)
        endpoint.save_changed(fields)
        _record(service, endpoint_id, "changed")
    return endpoint


@raises(WebhookNotFound)
@transaction.atomic
def delete(service: User, endpoint_id: int) -> None:
    """Remove an endpoint with the record of its deliveries; what is still to be sent is not
    sent."""
    _lock(service, endpoint_id).delete()
    _record(service, endpoint_id, "deleted")


@raises(WebhookNotFound)
@transaction.atomic
def rotate(service: User, endpoint_id: int) -> WebhookEndpoint:
    """Give it another secret; for `ROTATION` messages are signed with both."""
    endpoint = _lock(service, endpoint_id)
    endpoint.rotate()
    _record(service, endpoint_id, "rotated")
    return endpoint


@raises(WebhookNotFound)
@transaction.atomic
def send_test(service: User, endpoint_id: int) -> WebhookDelivery:
    """Send a message that tells of nothing, as soon as a worker comes to it."""
    endpoint = _lock(service, endpoint_id)
    delivery: WebhookDelivery = endpoint.deliveries.create(event_type=TEST)
    delivery.refresh_from_db()
    return delivery


@raises(WebhookNotFound)
def get(service: User, endpoint_id: int) -> WebhookEndpoint:
    """An endpoint that this account made."""
    return _find(_made_by(service), endpoint_id)


def list_endpoints(service: User) -> list[WebhookEndpoint]:
    return list(_made_by(service).order_by("pk"))


@raises(get)
def list_deliveries(
    service: User, endpoint_id: int, *, before: int | None
) -> tuple[list[WebhookDelivery], int | None]:
    """A page of the deliveries of an endpoint, the latest first, and the id to go on before."""
    found = get(service, endpoint_id).deliveries.order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found[: DELIVERIES_AT_ONCE + 1])
    shown = rows[:DELIVERIES_AT_ONCE]
    return shown, shown[-1].pk if len(rows) > len(shown) else None


@raises(get, DeliveryNotFound)
def resend(service: User, endpoint_id: int, delivery_id: int) -> WebhookDelivery:
    """Send a delivery again, under its id and with all its attempts."""
    deliveries = get(service, endpoint_id).deliveries.filter(pk=delivery_id)
    if not deliveries.replay():
        raise DeliveryNotFound
    delivery: WebhookDelivery = deliveries.get()
    return delivery


@raises(WebhookNotFound)
def _lock(service: User, endpoint_id: int) -> WebhookEndpoint:
    return _find(_made_by(service).select_for_update(no_key=True), endpoint_id)


@raises(WebhookNotFound)
def _find(endpoints: QuerySet[WebhookEndpoint], endpoint_id: int) -> WebhookEndpoint:
    endpoint = endpoints.filter(pk=endpoint_id).first()
    if endpoint is None:
        raise WebhookNotFound
    return endpoint


def _made_by(service: User) -> QuerySet[WebhookEndpoint]:
    return WebhookEndpoint.objects.filter(service=service)


@raises(ValidationFailed)
def _require_public(url: str) -> None:
    problem = rules.problem_of(url)
    if problem is not None:
        raise ValidationFailed.from_rule("url", problem)


def _record(service: User, endpoint_id: int, what: str) -> None:
    data = {"endpoint": endpoint_id, "change": what}
    SecurityEvent.objects.record(Kind.WEBHOOK_CHANGED, user_id=service.pk, data=data)
