"""What fails is sent again: when, how often, and when no longer."""

from datetime import timedelta

import pytest
from django.utils import timezone

from leads.models import Lead, WebhookDelivery, WebhookEndpoint
from leads.models.lead_event import EventKind
from leads.webhooks import delivery
from tests.cast import BOB, CAROL
from tests.leads.webhooks.signed import verified

pytestmark = pytest.mark.django_db(transaction=True)


def again_now():
    """As if the wait for the next attempt were over."""
    WebhookDelivery.objects.update(next_attempt_at=timezone.now())


def test_what_failed_is_sent_again_with_the_same_id(connect, receiver, told):
    endpoint = connect()
    receiver.status = 500
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED)
    began = timezone.now()
    [failed] = told()
    assert (failed.state, failed.attempts, failed.last_status) == ("pending", 1, 500)
    assert failed.next_attempt_at >= began + timedelta(seconds=5)
    assert failed.next_attempt_at <= timezone.now() + timedelta(seconds=6)
    WebhookDelivery.objects.update(next_attempt_at=timezone.now() + timedelta(minutes=5))
    assert told()[0].attempts == 1, "not before its time"
    again_now()
    receiver.status = 200
    [delivered] = told()
    assert (delivered.state, delivered.attempts, delivered.last_error) == ("delivered", 2, "")
    first, second = receiver.messages
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    verified(endpoint, second)


def test_after_ten_attempts_it_has_failed_until_it_is_replayed(connect, receiver, told):
    connect()
    receiver.status = 503
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED)
    for attempt, seconds in enumerate(delivery.WAITS_SECONDS, start=1):
        began = timezone.now()
        [row] = told()
        assert row.attempts == attempt
        assert row.next_attempt_at >= began + timedelta(seconds=seconds)
        assert row.next_attempt_at <= timezone.now() + timedelta(seconds=seconds * 1.2)
        again_now()
    [row] = told()
    assert (row.state, row.attempts) == ("failed", 10)
    again_now()
    told()
    assert len(receiver.messages) == 10
    receiver.status = 200
    assert WebhookDelivery.objects.all().replay() == 1
    [row] = told()
    assert (row.state, row.attempts) == ("delivered", 1)


def test_the_receiver_may_ask_for_a_longer_wait(connect, receiver, told):
    connect()
    receiver.status, receiver.headers = 429, {"Retry-After": "600"}
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED)
    began = timezone.now()
    [row] = told()
    assert row.next_attempt_at >= began + timedelta(seconds=600)


def test_410_switches_the_endpoint_off(connect, receiver, told):
    endpoint = connect()
    receiver.status = 410
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED)
    Lead.objects.advance(BOB, EventKind.CODE_REQUESTED)
    rows = told()
    endpoint.refresh_from_db()
    assert not endpoint.is_active
    assert "410" in endpoint.disabled_reason
    assert [row.state for row in rows] == ["failed", "pending"]
    assert len(receiver.messages) == 1


def test_an_endpoint_switched_on_again_gets_the_events_since(connect, receiver, told):
    endpoint = connect(is_active=False)
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED)
    assert told() == []
    endpoint.is_active = True
    endpoint.save(update_fields=["is_active"])
    assert [row.state for row in told()] == ["delivered"]


def test_redirects_are_not_followed(connect, receiver, told):
    connect()
    receiver.status, receiver.headers = 302, {"Location": f"{receiver.url}/elsewhere"}
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED)
    [row] = told()
    assert (row.state, row.last_status) == ("pending", 302)
    assert [message.path for message in receiver.messages] == ["/hook"]


def test_the_delivery_of_a_killed_worker_is_sent_by_the_next(connect, receiver, told):
    endpoint = connect()
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED)
    while not WebhookDelivery.objects.exists():
        delivery.collect()
    worker_id = WebhookEndpoint.objects.lease(endpoint.pk)
    assert WebhookDelivery.objects.take(endpoint.pk, worker_id) is not None
    told()
    assert receiver.messages == [], "another worker has it"
    WebhookEndpoint.objects.update(leased_until=timezone.now())
    again_now()
    [row] = told()
    assert (row.state, row.attempts) == ("delivered", 2)


def test_production_connects_to_no_address_of_our_own_network(settings, connect, receiver, told):
    connect()
    settings.IS_PRODUCTION = True
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED)
    [row] = told()
    assert row.last_error == "address_refused"
    assert receiver.messages == []
