"""Many at once, on real connections: counts stay exact, and nobody gets two of anything."""

from collections import Counter

import pytest
from django.db import connection
from django.test import Client

from accounts import signals
from accounts.models import PhoneOTP, RateCounter, Session, User
from accounts.profile import flows as profile
from accounts.signin import flows as signin
from leads.actions.verify import verify_by_hand
from leads.errors import AlreadyVerified
from leads.models import Lead
from tests.cast import DAVE, PROFILE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("race")]

THREADS = 50


def verify(otp_code):
    response = Client().post(
        "/api/auth/verify-otp", {"phone_number": DAVE, "otp_code": otp_code}, "application/json"
    )
    return response.status_code, response.json().get("code")


@pytest.fixture
def code(api, sms):
    api.post("/api/auth/signup", {"phone_number": DAVE})
    return sms.last_code(DAVE)


def test_of_fifty_wrong_guesses_at_once_three_are_answered(code, together):
    wrong = f"{(int(code) + 1) % 10000:04d}"
    outcomes = Counter(together(THREADS, lambda n: verify(wrong)))
    assert outcomes == {(400, "otp_invalid"): 3, (429, "otp_attempts_exceeded"): THREADS - 3}
    assert PhoneOTP.objects.get().attempts == 3


def test_the_right_code_fifty_times_at_once_opens_exactly_one_session(code, together):
    outcomes = Counter(together(THREADS, lambda n: verify(code)))
    assert outcomes[(200, None)] == 1
    assert Session.objects.count() == 1
    assert User.objects.count() == 1


class Killed(BaseException):
    pass


def die():
    raise Killed


def test_a_handler_that_dies_after_a_wrong_guess_has_still_counted_it(code, in_the_middle):
    in_the_middle(signals.code_refused, die)
    with pytest.raises(Killed):
        signin.verify_code(DAVE, f"{(int(code) + 1) % 10000:04d}")
    connection.close()
    assert PhoneOTP.objects.get().attempts == 1


def test_a_handler_that_dies_while_signing_in_leaves_the_code_unused(code):
    signals.phone_verified.connect(lambda **kwargs: die(), dispatch_uid="die", weak=False)
    try:
        with pytest.raises(Killed):
            signin.verify_code(DAVE, code)
    finally:
        signals.phone_verified.disconnect(dispatch_uid="die")
    assert PhoneOTP.objects.get().consumed_at is None
    assert User.objects.count() == 0
    assert verify(code) == (200, None)


def test_fifty_first_requests_at_once_send_one_code(sms, together):
    def ask(number):
        body = {"phone_number": DAVE}
        return Client().post("/api/auth/signup", body, "application/json").status_code

    assert Counter(together(THREADS, ask)) == {200: 1, 429: THREADS - 1}
    assert len(sms.codes(DAVE)) == 1
    assert PhoneOTP.objects.count() == 1
    assert Lead.objects.count() == 1


def test_fifty_resends_at_once_send_one_code(code, sms, travel, together):
    travel(31)

    def ask(number):
        body = {"phone_number": DAVE}
        return Client().post("/api/auth/signup", body, "application/json").status_code

    assert Counter(together(THREADS, ask)) == {200: 1, 429: THREADS - 1}
    assert len(sms.codes(DAVE)) == 2
    assert verify(sms.last_code(DAVE)) == (200, None)


def test_two_first_sign_ups_of_a_number_at_once_are_one_user(together):
    users = together(10, lambda n: User.objects.get_or_create_verified(DAVE).pk)
    assert len(set(users)) == 1
    assert User.objects.count() == 1


def test_staff_and_the_person_verifying_at_once_are_one_user(code, manager, together):
    lead = Lead.objects.get()

    def act(number):
        if number % 2:
            return verify(code)
        return verify_by_hand(lead.pk, "Called back", actor=manager)

    outcomes = together(4, act)
    unexpected = [
        o for o in outcomes if isinstance(o, Exception) and not isinstance(o, AlreadyVerified)
    ]
    assert not unexpected
    assert (503, "database_unavailable") not in outcomes
    assert User.objects.filter(phone_number=DAVE).count() == 1
    assert Lead.objects.get().user.phone_number == DAVE


def test_two_profiles_completed_at_once_are_one(bob, token_of, together):
    from tests.cast import PROFILE

    token = token_of(bob)

    def complete(number):
        return (
            Client()
            .post(
                "/api/auth/complete-profile",
                PROFILE | {"name": f"Bob {'ab'[number % 2]}"},
                "application/json",
                headers={"Authorization": f"Bearer {token}"},
            )
            .status_code
        )

    assert together(10, complete) == [200] * 10


def test_fifty_guesses_at_once_across_codes_never_pass_the_daily_budget(api, sms, travel, together):
    """Six guesses are spent; of fifty at the third code and three at most, three are answered."""
    for _ in range(2):
        api.post("/api/auth/signup", {"phone_number": DAVE})
        wrong = f"{(int(sms.last_code(DAVE)) + 1) % 10000:04d}"
        for _ in range(3):
            verify(wrong)
        travel(301)
    api.post("/api/auth/signup", {"phone_number": DAVE})
    PhoneOTP.objects.update(attempts=0)
    code = sms.last_code(DAVE)
    wrong = f"{(int(code) + 1) % 10 ** len(code):0{len(code)}d}"
    outcomes = Counter(together(THREADS, lambda n: verify(wrong)))
    assert outcomes == {(400, "otp_invalid"): 3, (429, "otp_attempts_exceeded"): THREADS - 3}
    travel(301)
    api.post("/api/auth/signup", {"phone_number": DAVE})
    assert verify(sms.last_code(DAVE)) == (429, "otp_attempts_exceeded")


def test_different_flows_of_one_person_at_once_never_lock_each_other_out(
    alice, sms, settings, together
):
    settings.SMS_PER_ACCOUNT = settings.VERIFICATIONS_PER_IP = 10**6

    def act(number):
        if number % 3 == 0:
            return profile.complete(alice.pk, PROFILE)
        if number % 3 == 1:
            return profile.change(
                alice.pk, {"bio": str(number), "event_interests": [number % 9 + 1]}
            )
        return Session.objects.start(alice.pk)

    for _ in range(5):
        outcomes = together(24, act)
        assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)], outcomes


def test_messages_refused_at_once_give_back_all_they_counted(sms, settings, together):
    settings.SMS_DAILY_BUDGET = settings.SMS_PER_IP = settings.SMS_PER_PREFIX = 10**6
    settings.SMS_PREFIX_VERIFIED_PERCENT = 0
    sms.behaviour = 21211

    def ask(number):
        body = {"phone_number": f"+91987{number % 3}50{number:04d}"}
        client = {"REMOTE_ADDR": f"192.0.2.{number % 2}"}
        return Client().post("/api/auth/signup", body, "application/json", **client).status_code

    outcomes = Counter(status for _ in range(5) for status in together(8, ask))
    assert outcomes == {422: 40}
    assert not PhoneOTP.objects.exists()
    assert set(RateCounter.objects.values_list("count", flat=True)) == {0}
