"""Tells other systems what happened: follows the timeline, sends, tries again.

The timeline is the outbox: what is in it is committed, and an endpoint's cursor says how far it was
noted what to tell. Each endpoint has a lane of its own, a thread that sends one message after the
other, so that a slow one holds up nobody else. All of it may run in several processes at once.
"""

import logging
import random
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import orjson
from django.db import connection
from django.utils import timezone
from standardwebhooks import Webhook

from leads.masking import masked
from leads.models import WebhookDelivery, WebhookEndpoint
from leads.models.webhook_endpoint import TYPES, State
from leads.webhooks.http_post import Outcome, send
from leads.webhooks.signing import secret_of
from loopin.background import periodic

logger = logging.getLogger(__name__)

BATCH = 500
MAX_LANES = 64

WAITS_SECONDS = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""After each failed attempt: ten in about four days (Standard Webhooks 1.0.0, "Deliverability and
reliability")."""

JITTER = 0.2
"""A wait is up to a fifth longer, so that what failed together does not come again together."""

TYPES_BY_KIND = orjson.dumps({kind.value: type_.value for kind, type_ in TYPES.items()}).decode()

GONE = "The receiver answered 410 Gone."


def run() -> None:
    """Note what is to be told, and see that every endpoint with something to send has its lane."""
    collect()
    for endpoint_id in WebhookEndpoint.objects.due():
        send_all = partial(lane, endpoint_id)
        periodic.run_in_thread(f"webhook-{endpoint_id}", send_all, limit=MAX_LANES)


def collect() -> None:
    """Note what each endpoint is to be told; what is over a batch waits for its next turn."""
    for endpoint_id in WebhookEndpoint.objects.with_news():
        while WebhookEndpoint.objects.collect(endpoint_id, TYPES_BY_KIND, size=BATCH) == BATCH:
            pass


def lane(endpoint_id: int) -> None:
    """Send to an endpoint until nothing is due, unless another worker does."""
    holder = WebhookEndpoint.objects.hold(endpoint_id)
    if holder is None:
        return
    try:
        while not periodic.stopping.is_set():
            taken = WebhookDelivery.objects.take(endpoint_id, holder)
            if taken is None:
                return
            _settle(taken, _send(taken))
    finally:
        WebhookEndpoint.objects.let_go(endpoint_id, holder)


def _send(taken: WebhookDelivery) -> Outcome:
    """The network, with no transaction open."""
    assert not connection.in_atomic_block  # noqa: S101
    payload = _payload(taken)
    return send(taken.endpoint.url, payload, _headers(taken, payload, timezone.now()))


def _headers(taken: WebhookDelivery, payload: bytes, now: datetime) -> dict[str, str]:
    """For a day after a rotation there are two signatures, the second by the secret before."""
    message_id = f"msg_{taken.pk}"
    secrets = [secret_of(seed) for seed in taken.endpoint.seeds]
    signatures = [Webhook(secret).sign(message_id, now, payload.decode()) for secret in secrets]
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _payload(taken: WebhookDelivery) -> bytes:
    event, lead = taken.event, taken.event.lead
    data: dict[str, Any] = {
        "lead_id": lead.pk,
        "user_id": lead.user_id,
        "stage": lead.stage,
        "status": lead.status,
        "source": lead.source,
        "country": lead.country,
        "phone": masked(lead.phone_number) if lead.phone_number else None,
    }
    return orjson.dumps({"type": taken.event_type, "timestamp": event.created_at, "data": data})


def _settle(taken: WebhookDelivery, outcome: Outcome) -> None:
    state, wait = _after(taken.attempts, outcome)
    WebhookDelivery.objects.settle(
        taken, state, status=outcome.status, error=outcome.error, wait=wait
    )
    if outcome.is_gone:
        WebhookEndpoint.objects.disable(taken.endpoint_id, GONE)
    if state == State.FAILED:
        logger.warning("Webhook delivery %d failed: %s", taken.pk, outcome.error)


def _after(attempts: int, outcome: Outcome) -> tuple[State, timedelta]:
    """What becomes of a delivery, and after which wait."""
    if outcome.is_success:
        return State.DELIVERED, timedelta(0)
    if outcome.is_gone or attempts > len(WAITS_SECONDS):
        return State.FAILED, timedelta(0)
    seconds = WAITS_SECONDS[attempts - 1] * random.uniform(1, 1 + JITTER)  # noqa: S311  no secret
    return State.PENDING, timedelta(seconds=max(seconds, outcome.retry_after))
