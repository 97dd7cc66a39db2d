"""Other systems are told what happens: signed, in order, again until they have it."""

import json
import threading
import time
from base64 import b64decode
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from standardwebhooks import WebhookVerificationError

from leads.actions import verify
from leads.models import Lead, LeadEvent, WebhookDelivery, WebhookEndpoint
from leads.models.lead_event import EventKind
from leads.webhooks import delivery, signing
from loopin.sql import deletion_allowed
from tests import receiver as receivers
from tests.cast import BOB, CAROL, DAVE
from tests.late import late_commit
from tests.leads.webhooks.signed import verified
from tests.waiting import eventually

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_a_slow_endpoint_delays_no_other(connect, receiver, told):
    with receivers.running() as slow:
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
