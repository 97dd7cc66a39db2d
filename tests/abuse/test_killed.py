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
from loopin.sql import fetch_row
from tests.cast import DAVE
from tests.children import start_child
from tests.waiting import eventually

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("_no_limits"),
    pytest.mark.xdist_group("race"),
]

TIMES = 100
RIGHT, WRONG = "4321", "1234"


def guess(otp_code, writer):
    connection.ensure_connection()
    os.write(writer, connection.connection.info.backend_pid.to_bytes(4))
    with suppress(LoopinError):
        signin.verify_code(DAVE, otp_code)
    os.write(writer, b"a")
    time.sleep(60)


def guess_and_be_killed(otp_code, delays):
    """Type a code in a process of its own and kill -9 it; whether it had got its answer."""
    connections.close_all()
    reader, writer = os.pipe()
    child = start_child(lambda: guess(otp_code, writer))
    os.close(writer)
    backend_pid = int.from_bytes(os.read(reader, 4))
    assert backend_pid, "the child had no connection"
    time.sleep(delays.draw())
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    has_answered = os.read(reader, 1) == b"a"
    os.close(reader)
    delays.learn(has_answered)
    wait_until_gone(backend_pid)
    return has_answered


def wait_until_gone(backend_pid):
    """The server finishes or rolls back what the dead process left, in a moment of its own."""
    gone = "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = %s)"
    stayed = "the dead process's connection stayed"
    eventually(lambda: fetch_row(gone, [backend_pid])[0], seconds=60, every=0.005, failure=stayed)


class Delays:
    """How long each guess may live, so that kills fall before, into and after it on any machine.

    How long a guess takes depends on what else the machine does at that moment. So the longest
    delay follows what was seen: it grows after a kill that came first, and shrinks after an answer.
    """

    STEP = 1.2

    def __init__(self) -> None:
        self._longest_seconds = 0.02
        self.answered = self.killed_first = 0

    def draw(self) -> float:
        return random.uniform(0, self._longest_seconds)

    def learn(self, has_answered: bool) -> None:
        if has_answered:
            self.answered += 1
            self._longest_seconds /= self.STEP
        else:
            self.killed_first += 1
            self._longest_seconds *= self.STEP


@pytest.fixture
def _no_limits(settings):
    settings.VERIFICATIONS_PER_IP = 10**6


def test_a_right_code_is_used_and_the_session_open_together_or_neither():
    delays, opened = Delays(), 0
    for number in range(TIMES):
        PhoneOTP.objects.all().delete()
        challenge.issue(DAVE, Purpose.SIGN_IN, RIGHT)
        has_answered = guess_and_be_killed(RIGHT, delays)
        is_used = PhoneOTP.objects.get().consumed_at is not None
        assert Session.objects.count() == opened + is_used, number
        opened += is_used
        assert is_used or not has_answered
    assert User.objects.count() == min(1, opened)
    events = LeadEvent.objects.filter(kind="phone_verified", lead__phone_number=DAVE)
    assert events.count() == opened
    assert min(delays.answered, delays.killed_first) > 0, "the kills did not fall on both sides"


def test_a_wrong_guess_that_was_answered_is_always_charged():
    delays = Delays()
    for _ in range(TIMES):
        PhoneOTP.objects.all().delete()
        challenge.issue(DAVE, Purpose.SIGN_IN, RIGHT)
        has_answered = guess_and_be_killed(WRONG, delays)
        assert PhoneOTP.objects.get().attempts == 1 or not has_answered
    assert min(delays.answered, delays.killed_first) > 0, "the kills did not fall on both sides"
