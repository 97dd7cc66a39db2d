"""One key in many requests at once, on real connections: the work is done once."""

from collections import Counter

import pytest
from django.test import Client

from accounts.models import IdempotencyKey
from tests.cast import BOB, DAVE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("race")]

KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"
THREADS = 20


def ask(number=DAVE, key=KEY):
    headers = {"Idempotency-Key": key}
    body = {"phone_number": number}
    return Client().post("/api/auth/signup", body, "application/json", headers=headers)


def test_of_twenty_at_once_one_sends_a_message_and_the_others_wait_or_get_its_answer(sms, together):
    sms.behaviour = 0.5
    responses = together(THREADS, lambda _: ask())
    codes = Counter((r.status_code, r.json().get("code")) for r in responses)
    assert codes.keys() <= {(200, None), (409, "idempotency_in_progress")}
    assert codes[200, None] >= 1
    assert {r["Retry-After"] for r in responses if r.status_code == 409} <= {"5"}
    assert len(sms.sent_to(DAVE)) == 1
    assert ask().status_code == 200
    assert len({r.content for r in responses if r.status_code == 200} | {ask().content}) == 1


def test_of_two_bodies_at_once_one_is_done_and_the_other_refused(sms, together):
    responses = together(10, lambda number: ask(DAVE if number % 2 else BOB))
    done = {r.json()["data"]["phone_number"] for r in responses if r.status_code == 200}
    assert len(done) == 1
    refused = {r.json()["code"] for r in responses if r.status_code != 200}
    assert refused <= {"idempotency_in_progress", "idempotency_key_reused"}
    assert len(sms.messages) == 1


def test_of_many_who_take_over_from_a_dead_process_none_sends_again(sms, together, travel):
    ask()
    IdempotencyKey.objects.update(answer="")
    travel(61)
    responses = together(THREADS, lambda _: ask())
    assert {r.status_code for r in responses} <= {200, 409}
    assert len(sms.sent_to(DAVE)) == 1
