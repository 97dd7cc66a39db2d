"""What holds whatever the order of asking, guessing, waiting and signing in."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.codes.errors import EarlierCode, WrongCode
from accounts.codes.request import CodeRequest
from accounts.errors import AttemptsExceeded, CodeExpired, CodeNotFound, RateLimited, ResendTooSoon
from accounts.messaging.errors import SmsUnavailable
from accounts.models import GuessBudget, PhoneOTP, Session, User
from accounts.signin import flows as signin
from leads.models import Lead
from tests.cast import DAVE

DAY = 24 * 60 * 60
CLIENT = "192.0.2.1"


class OtpMachine(RuleBasedStateMachine):
    """A model of one number beside the real thing. `clock` is the model's; `travel` moves both."""

    def __init__(self, sms, travel):
        super().__init__()
        self.sms, self.travel = sms, travel
        self.clock = 0.0
        self.code = None
        self.sent_at = 0.0
        self.wrong_for_code = 0
        self.wrong = []
        self.sign_ins = 0

    def teardown(self):
        with connection.cursor() as cursor:
            cursor.execute(
                "TRUNCATE accounts_phoneotp, accounts_guessbudget, accounts_ratecounter,"
                " accounts_user, leads_lead CASCADE"
            )

    @rule()
    def ask(self):
        try:
            signin.request_code(DAVE, CodeRequest(source="web", client_ip=CLIENT))
        except (ResendTooSoon, RateLimited):
            return
        self.code, self.sent_at, self.wrong_for_code = self.sms.last_code(DAVE), self.clock, 0

    @rule()
    def ask_while_the_provider_is_down(self):
        self.sms.behaviour = 20500
        try:
            signin.request_code(DAVE, CodeRequest(source="web", client_ip=CLIENT))
        except (ResendTooSoon, RateLimited, SmsUnavailable):
            return
        finally:
            self.sms.behaviour = None
        raise AssertionError("a message that was not sent was reported as sent")

    @precondition(lambda self: self.code)
    @rule()
    def guess_wrongly(self):
        wrong = f"{(int(self.code) + 1) % 10 ** len(self.code):0{len(self.code)}d}"
        try:
            signin.verify_code(DAVE, wrong)
        except EarlierCode:
            return
        except WrongCode:
            self.wrong_for_code += 1
            self.wrong.append(len(wrong))
        except (AttemptsExceeded, CodeExpired):
            return
        else:
            raise AssertionError("a wrong code opened a session")

    @precondition(lambda self: self.code)
    @rule()
    def type_it_rightly(self):
        is_alive = self.clock - self.sent_at < 600
        may_guess = self.wrong_for_code < 3
        try:
            signin.verify_code(DAVE, self.code)
        except (AttemptsExceeded, CodeExpired):
            assert not (is_alive and may_guess)
            return
        assert is_alive
        assert may_guess
        self.sign_ins += 1
        self.code = None

    @precondition(lambda self: not self.code)
    @rule()
    def type_a_used_code(self):
        try:
            signin.verify_code(DAVE, "0000")
        except CodeNotFound:
            return
        raise AssertionError("there was no code")

    @rule(seconds=st.sampled_from([1, 29, 61, 301, 601, DAY // 2, DAY + 1]))
    def wait(self, seconds):
        self.travel(seconds)
        self.clock += seconds

    @invariant()
    def counts_hold(self):
        assert Session.objects.count() == self.sign_ins
        assert User.objects.count() == min(1, self.sign_ins)
        assert self.wrong_for_code <= 3
        assert self.wrong.count(4) <= 7
        assert PhoneOTP.objects.count() <= 1
        assert Lead.objects.count() <= 1
        budget = GuessBudget.objects.first()
        spent = sum(10 ** (8 - digits) for digits in self.wrong)
        assert (budget.spent if budget else 0) == spent


@pytest.mark.django_db(transaction=True)
def test_whatever_the_order_the_counts_hold(sms, travel):
    run_state_machine_as_test(
        lambda: OtpMachine(sms, travel),
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
