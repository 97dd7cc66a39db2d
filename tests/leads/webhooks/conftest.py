import json

import pytest

from leads.models import WebhookDelivery, WebhookEndpoint
from leads.models.webhook_sources import SOURCES
from leads.models.webhook_types import LeadEventType
from leads.webhooks import delivery
from loopin.background import periodic
from loopin.sql import fetch_row
from tests import answers
from tests import receiver as receivers
from tests.waiting import eventually


@pytest.fixture
def receiver():
    """Whatever webhook it is sent has to be as the description of the API says."""
    with receivers.running() as receiver:
        yield receiver
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


TOO_LONG = "an older transaction is open"


def is_complete():
    looks = [source.order.look() for source in SOURCES]
    return all(look.complete == look.drawn for look in looks)


def wait_until_complete():
    """An open transaction would make what happened before look like what follows."""
    eventually(is_complete, failure=TOO_LONG)


@pytest.fixture
def connect(receiver):
    """`connect(to=…)`: an endpoint that is told everything of leads."""

    def make(to=receiver, types=LeadEventType.values, **fields):
        wait_until_complete()
        return WebhookEndpoint.objects.create(url=to.url, event_types=types, **fields)

    return make


BEHIND = " OR ".join(
    f"EXISTS (SELECT FROM {source.table} WHERE id > endpoint.{source.position})"
    for source in SOURCES
)


def have_all_read():
    """Whether every endpoint has read every event, after one more look."""
    delivery.collect()
    behind = f"SELECT FROM leads_webhookendpoint AS endpoint WHERE is_active AND ({BEHIND})"
    return fetch_row(f"SELECT NOT EXISTS ({behind})", [])[0]


@pytest.fixture
def told():
    """`told()`: everything that is due is sent; the deliveries."""

    def send_all():
        eventually(have_all_read, failure=TOO_LONG)
        delivery.run()
        assert periodic.wait_for_threads(20)
        return list(WebhookDelivery.objects.order_by("pk"))

    return send_all
