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


def use(token):
    headers = {"Authorization": f"Bearer {token}"}
    return Client().get("/api/auth/profile", headers=headers).status_code


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
    session = {"refresh_token": parent}
    answer = Client().post("/api/auth/refresh", session, "application/json").json()
    use(answer["token"])
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


def test_two_devices_that_ask_for_a_lost_answer_at_once_get_one_successor(parent, together, travel):
    """Each uses the access token that it got at once, in whatever order that falls."""
    refresh(parent)
    travel(35)

    def renew_and_use(number):
        body = {"refresh_token": parent}
        answer = Client().post("/api/auth/refresh", body, "application/json").json()
        return answer["data"]["refresh_token"], use(answer["token"])

    outcomes = together(THREADS, renew_and_use)
    assert len(set(outcomes)) == 1
    assert outcomes[0][1] in (200, 404)
    assert Session.objects.live().count() == 1


def test_the_parent_and_the_first_use_of_its_successor_at_once_end_in_one_way_or_the_other(
    parent, together, travel
):
    """Whoever comes second after the ten seconds is taken for a thief, or not: never for both."""
    body = {"refresh_token": parent}
    answer = Client().post("/api/auth/refresh", body, "application/json").json()
    travel(35)

    def act(number):
        return use(answer["token"]) if number == 0 else refresh(parent)

    used, (status, successor) = together(2, act)
    if status == 200:
        assert successor == answer["data"]["refresh_token"]
        assert Session.objects.live().count() == 1
    else:
        assert used != 401
        assert Session.objects.live().count() == 0
