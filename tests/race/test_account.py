"""Leaving and moving, many times at once: each happens once, and nothing is half-done."""

from collections import Counter

import pytest
from django.test import Client

from accounts.codes import challenge
from accounts.models import Session, User
from accounts.models.phone_otp import Purpose
from accounts.privacy import flows as privacy
from leads.models import LeadEvent
from tests.cast import ALICE, BOB, DAVE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("race")]

THREADS = 10


def send(method, path, body, token):
    request = getattr(Client(), method)
    headers = {"Authorization": f"Bearer {token}"}
    response = request(path, body, content_type="application/json", headers=headers)
    return response.status_code


def test_an_account_is_deleted_once(alice, token_of, together):
    token = token_of(alice)
    body = {"otp_code": challenge.issue(ALICE, Purpose.DELETE_ACCOUNT, "654321").otp_code}
    statuses = Counter(
        together(THREADS, lambda n: send("delete", "/api/auth/account", body, token))
    )
    assert statuses[200] == 1
    assert set(statuses) <= {200, 400, 401, 429}
    assert LeadEvent.objects.filter(kind="account_deleted").count() == 1
    assert Session.objects.count() == 0


def test_a_person_is_forgotten_once_however_many_ask_for_it(alice, together):
    outcomes = Counter(together(THREADS, lambda n: privacy.forget(alice.pk)))
    assert outcomes == {True: 1, False: THREADS - 1}
    assert LeadEvent.objects.filter(kind="account_deleted").count() == 1


def test_of_two_people_who_move_to_one_number_at_once_one_does(alice, bob, token_of, together):
    """Both hold the code, as a couple with one phone would."""
    tokens = [token_of(alice), token_of(bob)]
    code = challenge.issue(DAVE, Purpose.CHANGE_PHONE, "654321").otp_code
    body = {"phone_number": DAVE, "otp_code": code}
    path = "/api/auth/verify-change-phone"
    statuses = together(2, lambda n: send("post", path, body, tokens[n]))
    assert sorted(statuses) == [200, 400]
    assert User.objects.filter(phone_number=DAVE).count() == 1
    assert User.objects.filter(phone_number__in=[ALICE, BOB]).count() == 1
