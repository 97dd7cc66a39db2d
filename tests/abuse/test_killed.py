"""Processes killed in the middle of a guess: no half of anything stays, no guess is free."""

import os
import random
import signal
import time
from contextlib import suppress

import pytest
from django.db import connection, connections

from accounts.codes import challenge
from accounts.errors import LoopinError
from accounts.models import PhoneOTP, Session, User
from accounts.models.phone_otp import Purpose
from accounts.signin import flows as signin
from leads.models import LeadEvent
from tests.cast import CAROL, DAVE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("race")]

TIMES = 100
RIGHT, WRONG = "4321", "1234"


def guess_and_be_killed(otp_code, delay):
    """Type a code in a process of its own and kill -9 it; whether it had got its answer."""
    connections.close_all()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        connection.ensure_connection()
        os.write(writer, connection.connection.info.backend_pid.to_bytes(4))
        with suppress(LoopinError):
            signin.verify_code(DAVE, otp_code)
        os.write(writer, b"a")
        time.sleep(10)
        os._exit(0)
    os.close(writer)
    backend_pid = int.from_bytes(os.read(reader, 4))
    time.sleep(delay)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    has_answered = os.read(reader, 1) == b"a"
    os.close(reader)
    wait_until_gone(backend_pid)
    return has_answered


def wait_until_gone(backend_pid):
    """The server finishes or rolls back what the dead process left, in a moment of its own."""
    connected = "SELECT count(*) FROM pg_stat_activity WHERE pid = %s"
    deadline = time.monotonic() + 10
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(connected, [backend_pid])
            if cursor.fetchone()[0] == 0:
                return
            time.sleep(0.005)
    pytest.fail("the dead process's connection stayed")


@pytest.fixture
def delays(_no_limits):
    """Up to three times as long as a guess takes here: kills fall before, into and after it."""
    challenge.issue(CAROL, Purpose.SIGN_IN, RIGHT)
    signin.verify_code(CAROL, RIGHT)  # warms the connection up
    challenge.issue(CAROL, Purpose.SIGN_IN, RIGHT)
    begun = time.monotonic()
    signin.verify_code(CAROL, RIGHT)
    longest = 3 * (time.monotonic() - begun)
    for table in (Session, PhoneOTP, User):
        table.objects.all().delete()
    return [random.uniform(0, longest) for _ in range(TIMES)]


@pytest.fixture
def _no_limits(settings):
    settings.VERIFICATIONS_PER_IP = 10**6
    settings.OTP_DAILY_GUESSES = 10**6


def test_a_right_code_is_used_and_the_session_open_together_or_neither(delays):
    opened = 0
    for number, delay in enumerate(delays):
        PhoneOTP.objects.all().delete()
        challenge.issue(DAVE, Purpose.SIGN_IN, RIGHT)
        has_answered = guess_and_be_killed(RIGHT, delay)
        is_used = PhoneOTP.objects.get().consumed_at is not None
        assert Session.objects.count() == opened + is_used, number
        opened += is_used
        assert is_used or not has_answered
    assert User.objects.count() == min(1, opened)
    events = LeadEvent.objects.filter(kind="phone_verified", lead__phone_number=DAVE)
    assert events.count() == opened
    assert 0 < opened < TIMES, "the kills did not fall on both sides"


def test_a_wrong_guess_that_was_answered_is_always_charged(delays):
    answered = 0
    for delay in delays:
        PhoneOTP.objects.all().delete()
        challenge.issue(DAVE, Purpose.SIGN_IN, RIGHT)
        has_answered = guess_and_be_killed(WRONG, delay)
        answered += has_answered
        assert PhoneOTP.objects.get().attempts == 1 or not has_answered
    assert 0 < answered < TIMES, "the kills did not fall on both sides"
