"""Sends webhooks: creates deliveries from the events, sends them, and repeats failed ones.

The timeline of leads and the events of people are the outbox: what is in them is committed, and an
endpoint's positions say up to which events its deliveries exist. Each endpoint has a thread of its
own that sends one message after the other, so that a slow endpoint delays no other. Several
processes may do all of this at once.
"""

import logging
from datetime import datetime, timedelta
from functools import partial

from django.db import connection
from django.utils import timezone
from standardwebhooks import Webhook

from leads.models import WebhookDelivery, WebhookEndpoint
from leads.models.webhook_endpoint import State
from leads.models.webhook_sources import SOURCES
from leads.webhooks.http_post import Outcome, send
from leads.webhooks.messages import body_of
from leads.webhooks.signing import message_id_of, secret_of
from loopin.background import periodic, retries
from loopin.metrics.declarations import Counter, Label

logger = logging.getLogger(__name__)

BATCH = 500
MAX_SENDERS = 64

WAITS_SECONDS = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""After each failed attempt: ten in three to four days (Standard Webhooks 1.0.0, "Deliverability
and reliability")."""

_RESULTS = {State.DELIVERED: "delivered", State.PENDING: "put_off", State.FAILED: "given_up"}

ATTEMPTS = Counter(
    "loopin_webhook_attempts_total",
    "Attempts to deliver a webhook; after one that failed it is put off, and at last given up.",
    Label("result", "what came of it", (*_RESULTS.values(),)),
)

GONE = "The receiver answered 410 Gone."


def run() -> None:
    """Create deliveries, and start a thread for every endpoint with something to send."""
    collect()
    for endpoint_id in WebhookEndpoint.objects.due():
        work = partial(send_due, endpoint_id)
        periodic.run_in_thread(f"webhook-{endpoint_id}", work, limit=MAX_SENDERS)


def collect() -> None:
    """Create the deliveries of all events since the endpoints' positions, in batches."""
    for endpoint_id in WebhookEndpoint.objects.with_new_events():
        for source in SOURCES:
            while WebhookEndpoint.objects.collect(endpoint_id, source, size=BATCH) == BATCH:
                pass


def send_due(endpoint_id: int) -> None:
    """Send to an endpoint until nothing is due, unless another worker has leased it."""
    worker_id = WebhookEndpoint.objects.lease(endpoint_id)
    if worker_id is None:
        return
    try:
        while not periodic.stopping.is_set():
            delivery = WebhookDelivery.objects.take(endpoint_id, worker_id)
            if delivery is None:
                return
            _settle(delivery, _send(delivery))
    finally:
        WebhookEndpoint.objects.end_lease(endpoint_id, worker_id)


def _send(delivery: WebhookDelivery) -> Outcome:
    """One attempt. No transaction may be open while it waits for the network."""
    assert not connection.in_atomic_block  # noqa: S101
    payload = body_of(delivery)
    return send(delivery.endpoint.url, payload, _headers(delivery, payload, timezone.now()))


def _headers(delivery: WebhookDelivery, payload: bytes, now: datetime) -> dict[str, str]:
    """For `ROTATION` after one there are two signatures, the second one by the previous
    secret."""
    message_id = message_id_of(delivery.pk)
    secrets = [secret_of(seed) for seed in delivery.endpoint.seeds]
    signatures = [Webhook(secret).sign(message_id, now, payload.decode()) for secret in secrets]
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _settle(delivery: WebhookDelivery, outcome: Outcome) -> None:
    state, wait = _after(delivery.attempts, outcome)
    ATTEMPTS.count(_RESULTS[state])
    WebhookDelivery.objects.settle(
        delivery, state, status=outcome.status, error=outcome.error, wait=wait
    )
    if outcome.is_gone:
        WebhookEndpoint.objects.disable(delivery.endpoint_id, GONE)
    if state == State.FAILED:
        logger.warning("Webhook delivery %d failed: %s", delivery.pk, outcome.error)


def _after(attempts: int, outcome: Outcome) -> tuple[State, timedelta]:
    """The state of a delivery after an attempt, and how long it waits for the next one."""
    if outcome.is_success:
        return State.DELIVERED, timedelta(0)
    wait = retries.wait_after(attempts, WAITS_SECONDS)
    if outcome.is_gone or wait is None:
        return State.FAILED, timedelta(0)
    return State.PENDING, max(wait, timedelta(seconds=outcome.retry_after))
