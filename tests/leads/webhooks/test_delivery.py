"""Other systems are told what happens: signed, in order, again until they have it."""

import json
import threading
import time
from base64 import b64decode
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from leads.actions import verify
from leads.models import Lead, LeadEvent, WebhookDelivery, WebhookEndpoint
from leads.models.lead_event import EventKind
from leads.webhooks import delivery, signing
from loopin.sql import deletion_allowed
from tests import receiver as receivers
from tests.cast import BOB, CAROL, DAVE
from tests.late import late_commit
from tests.waiting import eventually

pytestmark = pytest.mark.django_db(transaction=True)


def verified(endpoint, message, secret=None):
    """The message, if one of its signatures is right and its time is that of the sending."""
    receiving = Webhook(secret or signing.secret_of(endpoint.seed))
    return receiving.verify(message.body, message.headers)


def again_now():
    """As if the wait for the next attempt were over."""
    WebhookDelivery.objects.update(next_attempt_at=timezone.now())


def test_an_endpoint_gets_the_events_of_a_person_in_order(connect, receiver, told, bob):
    endpoint = connect()
    Lead.objects.advance(BOB, EventKind.CODE_REQUESTED)
    Lead.objects.note(BOB, EventKind.CODE_REFUSED)
    Lead.objects.advance(BOB, EventKind.PHONE_VERIFIED, user_id=bob.pk, is_verified=True)
    Lead.objects.advance(
        BOB, EventKind.PROFILE_COMPLETED, user_id=bob.pk, is_converted=True, name="Bob Rao"
    )
    told()
    messages = [verified(endpoint, message) for message in receiver.messages]
    types = [message["type"] for message in messages]
    assert types == ["lead.created", "lead.verified"]
    lead = Lead.objects.get()
    assert messages[-1]["data"] == {
        "lead_id": lead.pk,
        "user_id": bob.pk,
        "stage": "completed",
        "status": "converted",
        "source": "web",
        "country": "IN",
        "phone": "+91 ••••• ••210",
    }
    first = LeadEvent.objects.earliest("pk")
    assert messages[0]["timestamp"] == first.created_at.isoformat()
    everything = b"".join(message.body for message in receiver.messages)
    assert BOB[3:].encode() not in everything
    assert b"Bob Rao" not in everything


def test_ids_are_unique_and_nothing_is_told_twice(connect, receiver, told):
    connect()
    connect()
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED)
    told()
    told()
    ids = [message.headers["webhook-id"] for message in receiver.messages]
    assert len(ids) == len(set(ids)) == 2


def test_an_endpoint_gets_only_its_event_types(connect, receiver, told, bob):
    connect(types=["lead.verified"])
    Lead.objects.advance(BOB, EventKind.CODE_REQUESTED)
    Lead.objects.advance(BOB, EventKind.PHONE_VERIFIED, user_id=bob.pk, is_verified=True)
    [only] = told()
    assert only.event_type == "lead.verified"


def test_a_lead_whose_first_event_verifies_it_is_created_and_verified(
    connect, receiver, told, sales_manager
):
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED)
    connect()
    Lead.objects.advance(DAVE, EventKind.PHONE_VERIFIED, is_verified=True)
    lead = Lead.objects.get(phone_number=CAROL)
    verify.verify_by_hand(lead.pk, "knows her", actor=sales_manager)
    told()
    types = [json.loads(message.body)["type"] for message in receiver.messages]
    assert types[-3:] == ["lead.created", "lead.verified", "lead.verified"]


def test_what_failed_is_sent_again_with_the_same_id(connect, receiver, told):
    endpoint = connect()
    receiver.status = 500
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED)
    [failed] = told()
    assert (failed.state, failed.attempts, failed.last_status) == ("pending", 1, 500)
    wait = failed.next_attempt_at - timezone.now()
    assert timedelta(seconds=3) < wait <= timedelta(seconds=6)
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
    waits = []
    for attempt in range(1, 11):
        [row] = told()
        assert row.attempts == attempt
        waits.append((row.next_attempt_at - timezone.now()).total_seconds())
        if attempt < 10:
            again_now()
    assert row.state == "failed"
    for wait, planned in zip(waits, delivery.WAITS_SECONDS, strict=False):
        assert planned - 3 < wait <= planned * 1.2
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
    [row] = told()
    assert row.next_attempt_at - timezone.now() > timedelta(seconds=590)


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


def test_a_slow_endpoint_delays_no_other(connect, receiver, told):
    slow, server = receivers.start()
    slow.may_answer.clear()
    connect(to=slow)
    connect(to=receiver)
    for number in (BOB, CAROL, DAVE):
        Lead.objects.advance(number, EventKind.CODE_REQUESTED)
    sender = threading.Thread(target=told)
    sender.start()
    eventually(lambda: len(receiver.messages) == 3 and slow.messages)
    assert len(slow.messages) == 1
    slow.may_answer.set()
    sender.join()
    assert len(slow.messages) == 3
    server.shutdown()
    server.server_close()


def test_many_workers_send_each_message_once_and_in_order(connect, receiver):
    endpoint = connect()
    for n in range(30):
        Lead.objects.advance(f"+9198760000{n:02d}", EventKind.CODE_REQUESTED)

    def worker():
        deadline = time.monotonic() + 60
        while len(receiver.messages) < 30 and time.monotonic() < deadline:
            delivery.collect()
            delivery.send_due(endpoint.pk)
        connection.close()

    workers = [threading.Thread(target=worker) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    leads = [json.loads(message.body)["data"]["lead_id"] for message in receiver.messages]
    assert leads == sorted(Lead.objects.values_list("pk", flat=True))
    assert receiver.most_together == 1


def test_an_event_that_commits_late_is_delivered_too(connect, receiver, told):
    """The slow one takes its ids first and commits last: a cursor by ids would step over it."""
    connect()
    with late_commit(lambda: Lead.objects.advance(BOB, EventKind.CODE_REQUESTED)):
        Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED)
        delivery.collect()
        assert WebhookDelivery.objects.count() == 0, "nothing is told out of its order"
    told()
    numbers = [json.loads(message.body)["data"]["phone"][-3:] for message in receiver.messages]
    assert numbers == [BOB[-3:], CAROL[-3:]]


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


def test_a_rotated_secret_and_the_one_before_both_verify_for_a_day(connect, receiver, told):
    endpoint = connect()
    before = signing.secret_of(endpoint.seed)
    endpoint.rotate()
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED)
    told()
    verified(endpoint, receiver.messages[0])
    verified(endpoint, receiver.messages[0], before)
    with pytest.raises(WebhookVerificationError):
        verified(endpoint, receiver.messages[0], signing.secret_of("another"))
    WebhookEndpoint.objects.update(rotated_at=timezone.now() - timedelta(hours=25))
    Lead.objects.advance(BOB, EventKind.CODE_REQUESTED)
    told()
    verified(endpoint, receiver.messages[1])
    with pytest.raises(WebhookVerificationError):
        verified(endpoint, receiver.messages[1], before)
    assert " " not in receiver.messages[1].headers["webhook-signature"]


def test_a_secret_is_32_bytes_and_not_in_the_database(connect):
    endpoint = connect()
    secret = signing.secret_of(endpoint.seed)
    assert secret.startswith("whsec_")
    assert len(b64decode(secret[6:])) == 32
    assert secret[6:] not in str(WebhookEndpoint.objects.values())


def test_a_message_about_a_deleted_person_has_no_number(connect, receiver, told):
    connect()
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED)
    Lead.objects.forget(user_id=None, phone_number=CAROL)
    told()
    data = json.loads(receiver.messages[0].body)["data"]
    assert (data["phone"], data["user_id"]) == (None, None)


def test_erased_leads_take_their_deliveries_along(connect, told):
    connect()
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED)
    assert len(told()) == 1
    with deletion_allowed():
        Lead.objects.all().erase()
    assert WebhookDelivery.objects.count() == 0


def test_old_deliveries_go_and_pending_ones_stay(connect, told, receiver):
    connect()
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED)
    told()
    receiver.status = 500
    Lead.objects.advance(BOB, EventKind.CODE_REQUESTED)
    told()
    WebhookDelivery.objects.update(created_at=timezone.now() - timedelta(days=31))
    [old] = WebhookDelivery.objects.long_over()
    assert old.state == "delivered"


def test_production_connects_to_no_address_of_our_own_network(settings, connect, receiver, told):
    connect()
    settings.IS_PRODUCTION = True
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED)
    [row] = told()
    assert row.last_error == "address_refused"
    assert receiver.messages == []
