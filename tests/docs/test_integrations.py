"""docs/integrations.md is true: its receiver verifies real messages, which look as shown."""

import json
import time

import pytest

from leads.models import Lead, WebhookEndpoint
from leads.models.lead_event import EventKind
from leads.webhooks import delivery
from leads.webhooks.signing import secret_of
from loopin.background import periodic
from tests import receiver as receivers
from tests.docs.markdown import blocks, read
from tests.docs.same import differences
from tests.waiting import eventually

GUIDE = "docs/integrations.md"
NUMBER = "+916205829376"

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def message(bob):
    """A real message, and the secret of its endpoint."""
    with receivers.running() as receiver:
        endpoint = WebhookEndpoint.objects.create(url=receiver.url, event_types=["lead.verified"])
        Lead.objects.advance(NUMBER, EventKind.PHONE_VERIFIED, user_id=bob.pk, is_verified=True)

        def is_told():
            delivery.run()
            periodic.wait_for_threads(5)
            return receiver.messages

        eventually(is_told)
        yield receiver.messages[0], secret_of(endpoint.seed)


def test_the_receiver_of_the_guide_knows_what_is_genuine(message):
    [block] = blocks(read(GUIDE), "python")
    names = {}
    exec(block.text, names)
    real, secret = message
    is_genuine = names["is_genuine"]
    assert is_genuine(real.headers, real.body, secret)
    assert not is_genuine(real.headers, real.body + b" ", secret)
    assert not is_genuine(real.headers, real.body, "whsec_AAAA")
    old = real.headers | {"webhook-timestamp": str(int(time.time()) - 600)}
    assert not is_genuine(old, real.body, secret)
    two = real.headers | {"webhook-signature": f"v1,AAAA {real.headers['webhook-signature']}"}
    assert is_genuine(two, real.body, secret)


def test_a_message_looks_as_the_guide_shows(message):
    [block] = blocks(read(GUIDE), "http")
    head, _, body = block.text.partition("\n\n")
    real, _ = message
    shown = json.loads(body)
    shown["data"]["lead_id"] = Lead.objects.get().pk
    assert differences(shown, json.loads(real.body)) == []
    for line in head.splitlines()[1:]:
        name, _, value = line.partition(": ")
        assert len(real.headers[name.lower()]) == len(value) or name == "webhook-id"
