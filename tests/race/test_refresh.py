"""Many renewals of one session at once, on real connections: one successor, and no false alarm."""

from collections import Counter

import pytest
from django.test import Client

from accounts.models import Session
from tests.cast import BOB

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("race")]

THREADS = 20


def refresh(token):
    response = Client().post("/api/auth/refresh", {"refresh_token": token}, "application/json")
    return response.status_code, (response.json()["data"] or {}).get("refresh_token")


@pytest.fixture
def parent(api, sms, bob):
    api.post("/api/auth/login", {"phone_number": BOB})
    body = {"phone_number": BOB, "otp_code": sms.last_code(BOB)}
    return api.post("/api/auth/verify-login", body).json()["data"]["refresh_token"]


def test_twenty_renewals_at_once_get_one_successor(parent, together):
    outcomes = Counter(together(THREADS, lambda number: refresh(parent)))
    [((status, successor), count)] = outcomes.items()
    assert (status, count) == (200, THREADS)
    assert successor != parent
    assert Session.objects.live().count() == 1
    assert refresh(successor)[0] == 200


def test_twenty_reuses_at_once_end_the_session_and_tell_it_once(parent, together, travel):
    from accounts import signals

    told = []
    refresh(parent)
    travel(11)
    listen = lambda sender, **facts: told.append(facts)  # noqa: E731
    signals.refresh_reused.connect(listen)
    try:
        outcomes = together(THREADS, lambda number: refresh(parent))
    finally:
        signals.refresh_reused.disconnect(listen)
    assert outcomes == [(401, None)] * THREADS
    assert len(told) == 1
    assert Session.objects.live().count() == 0


def test_renewing_and_signing_out_at_once_leave_no_live_session(parent, together):
    session = Session.objects.get()

    def act(number):
        if number == 0:
            return Session.objects.filter(pk=session.pk).revoke()
        return refresh(parent)

    outcomes = together(10, act)
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert Session.objects.live().count() == 0
    assert refresh(parent)[0] == 401
