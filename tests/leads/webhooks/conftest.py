import json
import time

import pytest
from django.db.models import Max, Min, Q

from accounts.models import PersonEvent
from leads.models import LeadEvent, WebhookDelivery, WebhookEndpoint
from leads.models.webhook_types import LeadEventType
from leads.webhooks import delivery
from loopin.background import periodic
from tests import answers
from tests import receiver as receivers


@pytest.fixture
def receiver():
    """Whatever webhook it is sent has to be as the description of the API says."""
    receiver, server = receivers.start()
    yield receiver
    server.shutdown()
    server.server_close()
    for message in receiver.messages:
        if "webhook-id" in message.headers:
            assert misfits(message) == []


def misfits(message):
    """What of a message is not as it is described."""
    body = json.loads(message.body)
    described = answers.document()["webhooks"][body["type"]]["post"]
    content = described["requestBody"]["content"]["application/json"]
    wrong = [error.message for error in answers.validator_of(content).iter_errors(body)]
    missing = {one["name"] for one in described["parameters"]} - message.headers.keys()
    return [*wrong, *missing]


@pytest.fixture
def connect(receiver):
    """`connect(to=…)`: an endpoint that is told everything of leads."""

    def make(to=receiver, types=LeadEventType.values, **fields):
        return WebhookEndpoint.objects.create(url=to.url, event_types=types, **fields)

    return make


def last_id(model):
    """Of the events that an endpoint may have to read: those before it it may never see."""
    started = WebhookEndpoint.objects.aggregate(first=Min("created_at"))["first"]
    later = model.objects.filter(created_at__gte=started) if started else model.objects.none()
    return later.aggregate(last=Max("pk"))["last"] or 0


@pytest.fixture
def told():
    """`told()`: everything that is due is sent; the deliveries."""

    def send_all():
        deadline = time.monotonic() + 30
        lead, person = (last_id(model) for model in (LeadEvent, PersonEvent))
        behind = Q(lead_event_id__lt=lead) | Q(person_event_id__lt=person)
        while WebhookEndpoint.objects.filter(behind, is_active=True).exists():
            assert time.monotonic() < deadline, "an older transaction is open"
            delivery.collect()
        delivery.run()
        assert periodic.wait_for_threads(20)
        return list(WebhookDelivery.objects.order_by("pk"))

    return send_all
