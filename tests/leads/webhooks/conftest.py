import time

import pytest

from leads.models import LeadEvent, WebhookDelivery, WebhookEndpoint
from leads.models.webhook_endpoint import EventType
from leads.webhooks import delivery
from loopin.background import periodic
from tests import receiver as receivers


@pytest.fixture
def receiver():
    receiver, server = receivers.start()
    yield receiver
    server.shutdown()
    server.server_close()


@pytest.fixture
def connect(receiver):
    """`connect(to=…)`: an endpoint that is told everything."""

    def make(to=receiver, types=EventType.values, **fields):
        return WebhookEndpoint.objects.create(url=to.url, event_types=types, **fields)

    return make


@pytest.fixture
def told():
    """`told()`: everything that is due is sent; the deliveries."""

    def send_all():
        deadline = time.monotonic() + 30
        last = LeadEvent.objects.latest("pk").pk if LeadEvent.objects.exists() else 0
        while WebhookEndpoint.objects.filter(is_active=True, cursor_event_id__lt=last).exists():
            assert time.monotonic() < deadline, "an older transaction is open"
            delivery.collect()
        delivery.run()
        assert periodic.wait_for_threads(20)
        return list(WebhookDelivery.objects.order_by("pk"))

    return send_all
