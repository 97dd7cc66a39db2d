"""What becomes of a code from being issued to being used, expired, locked or taken back."""

import pytest

from accounts.codes import challenge
from accounts.errors import AttemptsExceeded, CodeExpired, CodeNotFound, ResendTooSoon, WrongLength
from accounts.models import GuessBudget, PhoneOTP
from accounts.models.phone_otp import PendingCode, Purpose
from tests.cast import BOB, DAVE

CODE, WRONG = "1097", "1098"


def issue(otp_code=CODE, recipient=BOB, purpose=Purpose.SIGN_IN):
    return challenge.issue(recipient, purpose, otp_code)


def charge(otp_length=4, recipient=BOB, purpose=Purpose.SIGN_IN):
    return challenge.charge(recipient, purpose, otp_length)


def pending():
    return PhoneOTP.objects.pending(BOB, Purpose.SIGN_IN)


def row():
    return PhoneOTP.objects.filter(recipient=BOB).values().get()


def test_a_code_is_right_once(db):
    assert issue().otp_code == CODE
    charged = charge()
    assert (charged.attempts, charged.attempts_remaining) == (1, 2)
    assert charged.accepts(CODE)
    assert not charged.accepts(WRONG)
    assert charged.consume()
    assert not charged.consume()
    with pytest.raises(CodeNotFound):
        charge()


def test_a_code_that_was_replaced_is_not_used_up(db, travel):
    issue()
    charged = charge()
    travel(31)
    issue(WRONG)
    assert not charged.consume()


def test_a_code_counts_for_its_own_recipient_and_purpose_alone(db):
    issue()
    for other in ({"recipient": DAVE}, {"purpose": Purpose.CHANGE_PHONE}):
        with pytest.raises(CodeNotFound):
            charge(**other)
    assert charge().attempts == 1


def test_a_guess_of_another_length_is_told_the_length_and_not_counted(db):
    issue()
    with pytest.raises(WrongLength) as raised:
        charge(6)
    assert raised.value.message == "Enter the 4 digits of the code."
    assert charge().attempts == 1


@pytest.mark.parametrize("otp_length", [4, 6])
def test_of_an_expired_code_only_that_is_told(db, travel, otp_length):
    issue()
    travel(601)
    with pytest.raises(CodeExpired):
        charge(otp_length)


@pytest.mark.parametrize(("age", "wait"), [(0, 30), (29.5, 1), (40, 1)])
def test_a_code_is_locked_until_another_may_be_sent(db, travel, age, wait):
    issue()
    assert [charge().attempts for _ in range(3)] == [1, 2, 3]
    travel(age)
    with pytest.raises(AttemptsExceeded) as raised:
        charge()
    assert raised.value.retry_after == wait


@pytest.mark.parametrize(("age", "wait"), [(0, 30), (29.5, 1)])
def test_another_code_waits(db, travel, age, wait):
    assert issue().resend_after == 30
    travel(age)
    assert pending() == PendingCode(otp_length=4, resend_after=wait)
    with pytest.raises(ResendTooSoon) as raised:
        issue()
    assert raised.value.retry_after == wait


def test_where_no_code_is_pending_one_may_be_sent_at_once(db):
    assert pending() == PendingCode(otp_length=4, resend_after=0)
    issue("109734")
    assert pending() == PendingCode(otp_length=6, resend_after=30)


def test_a_first_code_that_is_taken_back_was_never_there(db):
    issue(recipient=DAVE)
    PhoneOTP.objects.withdraw(issue())
    assert [otp.recipient for otp in PhoneOTP.objects.all()] == [DAVE]


def test_a_second_code_that_is_taken_back_leaves_the_first(db, travel):
    issue()
    charge()
    travel(31)
    before = row()
    issued = issue(WRONG)
    assert row() != before
    PhoneOTP.objects.withdraw(issued)
    assert row() == before


def test_a_code_that_was_replaced_is_not_taken_back(db, travel):
    issued = issue()
    travel(31)
    issue(WRONG)
    PhoneOTP.objects.withdraw(issued)
    assert charge().accepts(WRONG)


def test_short_codes_alone_count_as_short_in_the_budget_and_come_back(db):
    for code, short in ((CODE, 1), ("109734", 0)):
        issue(code)
        charged = charge(len(code))
        assert budget(charged) == (1, short)
        assert charged.consume()
        assert budget(charged) == (0, 0)


def budget(charged):
    found = GuessBudget.objects.get(recipient=charged.recipient)
    return found.guesses, found.short_guesses


def test_a_code_is_shown_without_its_number():
    otp = PhoneOTP(recipient=BOB, purpose=Purpose.CHANGE_PHONE)
    assert str(otp) == "Change phone code for a recipient ending in 10"
