"""Verifying is one statement, whatever happens to the account in the same moment."""

import threading
from collections import Counter

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts.codes import challenge
from accounts.codes import flows as codes
from accounts.errors import AccountInactive, CodeNotFound
from accounts.models import PendingNotice, PhoneOTP, Session, User
from accounts.models.phone_otp import Purpose
from accounts.sessions.flows import SignedIn
from accounts.sessions.user_agent import UNKNOWN, Device
from accounts.signin import flows as signin
from leads.models import Lead
from loopin.sql import execute, fetch_row
from tests.cast import BOB, DAVE
from tests.waiting import eventually

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("race")]

WAITING = """
SELECT count(*) FROM pg_locks
WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))
"""


@pytest.fixture
def meanwhile():
    """`meanwhile(act)`: runs `act` on a connection of its own until it waits for a lock that this
    connection has; returns how to get its result."""

    def begin(act):
        results = []

        def work():
            try:
                results.append(act())
            except Exception as error:
                results.append(error)
            finally:
                connection.close()

        thread = threading.Thread(target=work)
        thread.start()
        eventually(lambda: fetch_row(WAITING, [])[0] == 1, failure="it does not wait")

        def end():
            thread.join(30)
            return results[0]

        return end

    return begin


@pytest.fixture
def code():
    challenge.issue(DAVE, Purpose.SIGN_IN, "1097")


def verify():
    return signin.verify_code(DAVE, "1097")


def test_it_finds_the_account_that_somebody_else_creates_meanwhile(code, meanwhile):
    with transaction.atomic():
        account = User.objects.get_or_create_verified(DAVE)
        end = meanwhile(verify)
    signed_in = end()
    assert signed_in.account.pk == account.pk
    assert (User.objects.count(), Session.objects.count()) == (1, 1)
    assert PhoneOTP.objects.get().is_verified


def test_it_creates_the_account_that_somebody_else_does_not_after_all(code, meanwhile):
    with transaction.atomic():
        User.objects.get_or_create_verified(DAVE)
        end = meanwhile(verify)
        transaction.set_rollback(True)
    assert isinstance(end(), SignedIn)
    assert (User.objects.count(), Session.objects.count()) == (1, 1)


def test_an_account_that_is_forgotten_meanwhile_is_made_anew(code, meanwhile):
    gone = User.objects.get(pk=User.objects.get_or_create_verified(DAVE).pk)
    with transaction.atomic():
        gone = User.objects.select_for_update().get(pk=gone.pk)
        gone.anonymise()
        end = meanwhile(verify)
    assert end().account.pk != gone.pk
    assert Session.objects.get().user_id != gone.pk


def test_an_account_that_is_deactivated_meanwhile_gets_no_session_and_the_code_is_used(
    code, meanwhile
):
    account = User.objects.get_or_create_verified(DAVE)
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=account.pk)
        user.is_active = False
        user.save()
        end = meanwhile(verify)
    assert isinstance(end(), AccountInactive)
    assert not Session.objects.exists()
    assert PhoneOTP.objects.get().is_verified


def test_the_code_of_one_number_in_two_lanes_is_one_account_and_two_sessions(together):
    bob = User.objects.get_or_create_verified(BOB)
    device = Device(proof=bob.device_proof)
    challenge.issue(BOB, Purpose.SIGN_IN, "1097")
    challenge.issue(BOB, Purpose.SIGN_IN, "1098", proof=bob.device_proof)
    acts = [("1097", UNKNOWN), ("1098", device)]
    outcomes = together(12, lambda number: signin.verify_code(BOB, *acts[number % 2]))
    assert sum(isinstance(outcome, SignedIn) for outcome in outcomes) == 2
    assert (User.objects.count(), Session.objects.count()) == (1, 2)


def test_guesses_and_verifications_of_one_network_do_not_wait_in_a_circle(settings, together):
    settings.VERIFICATIONS_PER_IP = 10**6
    numbers = [f"+9198765432{number:02d}" for number in range(8)]
    for number in numbers:
        challenge.issue(number, Purpose.SIGN_IN, "1097")

    def act(place):
        body = {"phone_number": numbers[place % 8], "otp_code": "1097" if place % 3 else "0000"}
        return Client().post("/api/auth/verify-otp", body, "application/json").status_code

    assert set(Counter(together(48, act))) <= {200, 400, 429}
    assert Session.objects.count() == PhoneOTP.objects.filter(is_verified=True).count()


def test_a_number_that_others_claim_goes_to_its_owner_and_they_are_told(code):
    claimants = [
        User.objects.create_user(f"claimant-{n}", f"c{n}@example.com", claimed_phone_number=DAVE)
        for n in range(2)
    ]
    signed_in = verify()
    assert sorted(signed_in.account.displaced_ids) == [user.pk for user in claimants]
    assert not User.objects.exclude(claimed_phone_number="").exists()
    told = PendingNotice.objects.values_list("user_id", flat=True)
    assert sorted(told) in ([], [user.pk for user in claimants])  # sent already, or still waiting


def test_an_account_that_nobody_has_proven_is_verified_and_loses_its_claim():
    staff_made = User.objects.create_user("made-by-staff", phone_number=DAVE)
    User.objects.filter(pk=staff_made.pk).update(claimed_phone_number=BOB)
    challenge.issue(DAVE, Purpose.SIGN_IN, "1097")
    assert verify().account.pk == staff_made.pk
    staff_made.refresh_from_db()
    assert (staff_made.is_verified, staff_made.claimed_phone_number) == (True, "")
    assert Lead.objects.get().user_id == staff_made.pk


def test_a_used_code_writes_nothing_more(code):
    proven = codes.prove(DAVE, Purpose.SIGN_IN, "1097", UNKNOWN)
    assert proven.consume()
    assert isinstance(signin._sign_in(proven, UNKNOWN, None), CodeNotFound)
    assert not User.objects.exists()
    assert not Session.objects.exists()
    assert not Lead.objects.exists()


def test_somebody_s_user_name_like_a_number_is_no_account_of_it_and_the_code_stays(code):
    """The database refuses such a name; should it be there, nothing is half done."""
    with transaction.atomic():
        drop = "ALTER TABLE accounts_user DROP CONSTRAINT user_name_like_phone_is_own_phone"
        execute(drop, [])
        User.objects.create_user(DAVE)
        with pytest.raises(IntegrityError, match="as its user name"):
            verify()
        assert PhoneOTP.objects.get().consumed_at is None
        transaction.set_rollback(True)
