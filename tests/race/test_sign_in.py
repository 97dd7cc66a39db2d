"""Many at once, on real connections: counts stay exact, and nobody gets two of anything."""

import threading
import time
from collections import Counter

import pytest
from django.db import connection, transaction
from django.test import Client

from accounts import signals
from accounts.codes import challenge, message_limits, permits, risk
from accounts.codes import flows as codes
from accounts.codes.errors import ProofOfWorkRequired, WrongCode
from accounts.codes.proof_of_work import Permit, Work
from accounts.codes.request import CodeRequest
from accounts.errors import AttemptsExceeded, WrongLength
from accounts.models import PhoneOTP, RateCounter, Session, User
from accounts.models.phone_otp import Purpose
from accounts.profile import drafts
from accounts.profile import flows as profile
from accounts.sessions.user_agent import UNKNOWN, Device
from accounts.signin import flows as signin
from leads.actions.verify import verify_by_hand
from leads.errors import AlreadyVerified
from leads.models import Lead
from tests.cast import BOB, DAVE, PROFILE

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


ASKED = CodeRequest(source="api", client_ip="192.0.2.1")


def guess(number, otp_length=4):
    """Whether a wrong guess of so many digits was compared."""
    try:
        charged = challenge.charge(number, Purpose.SIGN_IN, otp_length)
    except (AttemptsExceeded, WrongLength):
        return False
    return not charged.accepts("none")


def four_short_guesses(number, travel):
    """Three at the first code, and one at the second, at which two are left."""
    for guesses in (3, 1):
        signin.request_code(number, ASKED)
        assert all(guess(number) for _ in range(guesses))
        travel(301)


def test_a_code_that_is_issued_waits_for_the_guesses_in_flight(sms, travel, together):
    """The fifth guess is counted and not committed when the next code is asked for."""
    four_short_guesses(DAVE, travel)
    is_counted = threading.Event()

    def act(number):
        if number:
            assert is_counted.wait(10)
            return signin.request_code(DAVE, ASKED).otp_length
        with transaction.atomic():
            assert guess(DAVE)
            is_counted.set()
            time.sleep(0.5)
        return None

    assert together(2, act) == [None, 8]


def test_guesses_while_codes_are_issued_are_never_more_than_seven_short_ones(
    sms, settings, travel, together
):
    """None of the two guesses that are left at the second code comes before the third, or one does,
    or both do: then the third code is short, long, or long."""
    settings.SMS_PER_IP = settings.SMS_PER_PREFIX = 10**6
    settings.SMS_PREFIX_VERIFIED_PERCENT = 0
    for round_number in range(10):
        number = f"+91990011{round_number:04d}"
        four_short_guesses(number, travel)

        def act(n, number=number):
            return signin.request_code(number, ASKED).otp_length if n == 3 else guess(number)

        outcomes = together(8, act)
        compared = 4 + sum(outcome is True for outcome in outcomes)
        while guess(number):
            compared += 1
        travel(301)
        assert (outcomes[3], compared) in {(4, 7), (8, 5), (8, 6)}, round_number
        assert signin.request_code(number, ASKED).otp_length == 8


def test_fifty_guesses_of_a_known_device_and_of_strangers_are_three_each(bob, together):
    challenge.issue(BOB, Purpose.SIGN_IN, "1097")
    challenge.issue(BOB, Purpose.SIGN_IN, "1098", proof=bob.device_proof)

    def act(number):
        device = Device(proof=bob.device_proof) if number % 2 else UNKNOWN
        try:
            codes.prove(BOB, Purpose.SIGN_IN, "0000", device)
        except (WrongCode, AttemptsExceeded) as error:
            return type(error).__name__

    outcomes = Counter(together(THREADS, act))
    assert outcomes["WrongCode"] <= 6
    assert sorted(PhoneOTP.objects.values_list("attempts", flat=True)) == [3, 3]


def test_different_flows_of_one_person_at_once_never_lock_each_other_out(
    alice, sms, settings, together
):
    settings.SMS_PER_ACCOUNT = settings.VERIFICATIONS_PER_IP = 10**6

    def act(number):
        if number % 3 == 0:
            return profile.complete(alice.pk, PROFILE)
        if number % 3 == 1:
            return drafts.change(
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


def test_a_solution_that_is_used_at_once_by_many_counts_once(together):
    found = risk.find_risk(DAVE)
    permit = Permit(Work.DONE, "the signature of a challenge")

    def act(n):
        with transaction.atomic():
            message_limits.spend_message(f"+9198765{n:02d}000", f"192.0.2.{n}", found, permit)

    outcomes = Counter(type(outcome).__name__ for outcome in together(20, act))
    assert outcomes == {"NoneType": 1, "RateLimited": 19}


def test_a_wait_that_many_end_at_once_lets_one_through(sms, settings, travel, together):
    settings.PROOF_OF_WORK = "on"
    settings.SMS_PER_IP = 1
    with pytest.raises(ProofOfWorkRequired):
        signin.request_code(DAVE, ASKED)
    travel(31)
    waits = together(10, lambda n: permits.take_wait(DAVE, ASKED.client_ip))
    assert sorted(wait > 0 for wait in waits) == [False] + [True] * 9
