"""Processes killed in the middle of handing a message over: none is sent twice, none is forgotten.

KILLS=100 pytest tests/abuse/test_killed_sending.py -s
"""

import os
import random
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models import F

from accounts.messaging import lost_messages
from accounts.models import IdempotencyKey, Message, PhoneOTP
from leads.models import LeadEvent
from tests import twilio
from tests.accounts.messaging import handing_over
from tests.waiting import eventually

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("server")]

KILLS = int(os.environ.get("KILLS", "2"))
PROVIDER_SECONDS = 0.15
LONGEST_SECONDS = 0.3
"""The kill comes at any time within so long after the request."""


def test_killed_in_the_middle_a_message_is_sent_at_most_once_and_known_or_shown(serve):
    provider = twilio.start()
    provider.behaviour = PROVIDER_SECONDS
    numbers = {f"+9198{n * 61_803_401 % 10**8:08}": f'"{uuid4()}"' for n in range(KILLS)}
    for phone_number, key in numbers.items():
        sending = handing_over.start(serve, provider)
        asking = sending.ask_beside(phone_number, **{"Idempotency-Key": key})
        time.sleep(random.uniform(0, LONGEST_SECONDS))
        sending.kill()
        asking.join()
    time_passes()
    shown = lost_messages.give_up()
    issued = PhoneOTP.objects.count()
    sent = len(provider.messages)
    provider.behaviour, sending = None, handing_over.start(serve, provider)
    for phone_number, key in numbers.items():
        status, _ = sending.ask(phone_number, **{"Idempotency-Key": key})
        assert status == 200
    eventually(is_all_settled, failure="what was sent at last was not written down")
    doubled = [number for number in numbers if len(provider.sent_to(number)) > 1]
    states = list(Message.objects.values_list("state", flat=True))
    lost = [number for number in numbers if not provider.sent_to(number)]
    print(
        f"\n{KILLS} kills: {issued} codes issued, {sent} messages with the provider, {shown} shown"
        f" as unknown; after the same requests once more {len(provider.messages)} messages,"
        f" {len(doubled)} doubled, {len(lost)} numbers without one; states"
        f" { {state: states.count(state) for state in set(states)} }"
    )
    assert doubled == []
    assert LeadEvent.objects.filter(kind="code_unconfirmed").count() == shown
    assert len(lost) <= shown  # who got none has a code whose message is shown as unknown


def is_all_settled():
    return not Message.objects.filter(state="handing_over").exists()


def time_passes():
    """A minute and more: the leases are over, and nobody can tell of the messages any more."""
    passed = timedelta(minutes=2)
    Message.objects.update(created_at=F("created_at") - passed)
    PhoneOTP.objects.update(sent_at=F("sent_at") - passed)
    IdempotencyKey.objects.update(
        created_at=F("created_at") - passed, leased_until=F("leased_until") - passed
    )
