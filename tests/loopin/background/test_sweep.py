"""The worker removes what sign-ups leave behind every minute, and is in nobody's way."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from accounts import limits
from accounts.codes import challenge, permits
from accounts.models import IdempotencyKey, PhoneOTP, RateCounter, Session
from accounts.models.phone_otp import Purpose
from accounts.models.rate_counter import ENDED_WINDOWS_KEPT
from loopin.background import periodic, retention
from tests.cast import ALICE, DAVE

MINUTE = 60
DAY = 24 * 60 * MINUTE


def count_on(*keys, seconds=MINUTE):
    RateCounter.objects.spend([limits.Limit(key, 10, seconds) for key in keys])


def keys():
    return set(RateCounter.objects.values_list("key", flat=True))


def end_windows(**ago):
    RateCounter.objects.update(expires_at=timezone.now() - timedelta(**ago))


def test_the_worker_sweeps_every_minute():
    [task] = [task for task in periodic.registered if task.name == "sweep"]
    assert (task.run, task.every_seconds) == (retention.sweep, 60)


def test_counters_go_when_their_windows_are_long_over(db):
    count_on("over")
    end_windows(minutes=16)
    count_on("lives", "lives on", seconds=DAY)
    assert retention.sweep() == 1
    assert keys() == {"lives", "lives on"}
    assert retention.sweep() == 0


def test_whoever_waited_still_gets_through_after_a_sweep(db):
    assert timedelta(seconds=permits.WAITED_SECONDS) < ENDED_WINDOWS_KEPT
    count_on("waiting")
    end_windows(seconds=permits.WAITED_SECONDS - 5)
    assert retention.sweep() == 0
    assert RateCounter.objects.take_ended("waiting", within=permits.WAITED_SECONDS)


def test_codes_and_answers_for_retries_are_swept_when_they_may_go(db, travel):
    challenge.issue(DAVE, Purpose.SIGN_IN, "4321")
    IdempotencyKey.objects.claim("a" * 64, "b" * 64)
    travel(DAY - 5)
    assert retention.sweep() == 0
    travel(10 + 10 * MINUTE)
    assert retention.sweep() == 2
    assert not PhoneOTP.objects.exists()


def test_what_is_purged_daily_is_not_swept(alice, token_of):
    token_of(alice)
    long_ago = timezone.now() - timedelta(days=90)
    Session.objects.update(created_at=long_ago, expires_at=F("expires_at") - timedelta(days=80))
    retention.sweep()
    assert Session.objects.exists()


def test_a_sweep_ends_when_the_worker_is_told_to_stop(db):
    count_on(*(f"counter {number}" for number in range(retention.BATCH_SIZE + 5)))
    end_windows(hours=1)
    periodic.stopping.set()
    try:
        assert retention.sweep() == retention.BATCH_SIZE
    finally:
        periodic.stopping.clear()
    assert retention.sweep() == 5


@pytest.mark.django_db(transaction=True)
def test_a_counter_that_a_sign_up_holds_is_left_alone():
    """The sweep waits for nobody: it takes the other row, and the next one takes this."""
    count_on("held", "free")
    end_windows(hours=1)
    holder = connection.copy()
    try:
        with holder.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1 FROM accounts_ratecounter WHERE key = 'held' FOR UPDATE")
            assert retention.sweep() == 1
            assert keys() == {"held"}
            cursor.execute("COMMIT")
    finally:
        holder.close()
    assert retention.sweep() == 1


@pytest.mark.django_db(transaction=True)
def test_counting_goes_on_while_counters_are_swept():
    """Each count stands in the window that it began or found, whichever comes first."""
    names = [f"counter {number}" for number in range(20)]

    def count():
        try:
            for name in names:
                count_on(name)
        finally:
            connection.close()

    def sweep():
        try:
            retention.sweep()
        finally:
            connection.close()

    count_on(*names)
    end_windows(hours=1)
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(work) for work in (count, sweep, count, sweep)]:
            done.result()
    assert set(RateCounter.objects.values_list("count", flat=True)) == {2}
    assert keys() == set(names)


def test_a_sign_up_leaves_nothing_that_is_swept_while_it_counts(api, sms, db):
    api.post("/api/auth/signup", {"phone_number": ALICE})
    counted = keys()
    assert retention.sweep() == 0
    assert keys() == counted
