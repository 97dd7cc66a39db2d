"""What becomes of a code from being issued to being used, expired, locked or taken back."""

import pytest

from accounts.codes import challenge
from accounts.errors import AttemptsExceeded, CodeExpired, CodeNotFound, ResendTooSoon, WrongLength
from accounts.models import GuessBudget, PhoneOTP, User
from accounts.models.phone_otp import Purpose
from accounts.models.phone_otp_rows import PendingCode
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


def test_a_code_that_was_used_is_not_taken_back(db, travel):
    """Nor does the one before it work again."""
    issue(WRONG)
    travel(31)
    issued = issue()
    assert charge().consume()
    PhoneOTP.objects.withdraw(issued)
    with pytest.raises(CodeNotFound):
        charge()
    assert row()["consumed_at"] is not None


@pytest.mark.parametrize(("code", "worth"), [(CODE, 10_000), ("109734", 100), ("10973456", 1)])
def test_a_guess_costs_what_it_is_worth_and_comes_back_if_it_was_right(db, code, worth):
    issue(code)
    charged = charge(len(code))
    assert GuessBudget.objects.get().spent == worth
    assert charged.consume()
    assert GuessBudget.objects.get().spent == 0


def guess_wrongly(times, code=CODE):
    issue(code)
    for _ in range(times):
        charge(len(code))


def last_guessed_at():
    return GuessBudget.objects.get().last_guessed_at


def test_a_right_code_does_not_renew_the_time_of_the_last_wrong_guess(db, travel):
    guess_wrongly(1)
    travel(300)
    before = last_guessed_at()
    issue()
    charged = charge()
    assert last_guessed_at() > before
    assert charged.consume()
    assert last_guessed_at() == before


@pytest.mark.django_db(transaction=True)
def test_a_wrong_guess_meanwhile_stays_the_last_one(travel):
    guess_wrongly(1)
    right = charge()
    charge()
    meanwhile = last_guessed_at()
    assert right.consume()
    assert last_guessed_at() == meanwhile


def both(short=CODE, long="10975555", **options):
    return challenge.issue(BOB, Purpose.SIGN_IN, short, long_code=long, **options).otp_code


def test_the_long_code_is_stored_once_five_short_guesses_were_wrong(db, travel):
    guess_wrongly(3)
    travel(31)
    assert both() == CODE
    charge()
    travel(61)
    assert both() == CODE
    charge()
    travel(121)
    assert both() == "10975555"
    assert charge(8).accepts("10975555")
    travel(365 * 24 * 60 * 60)
    assert both() == CODE


def test_six_digit_codes_alone_make_no_code_long_before_five_hundred_wrong_guesses(db):
    guess_wrongly(1, "109734")
    GuessBudget.objects.update(spent=49_999)
    PhoneOTP.objects.all().delete()
    assert both() == CODE
    PhoneOTP.objects.all().delete()
    GuessBudget.objects.update(spent=50_000)
    assert both() == "10975555"


# --- Known devices


def known(bob):
    return {"proof": bob.device_proof}


def test_a_known_device_has_a_code_and_a_cooldown_of_its_own(bob):
    both()
    assert both("2222", **known(bob)) == "2222"
    with pytest.raises(ResendTooSoon):
        both("3333", **known(bob))
    assert charge().accepts(CODE)
    own = challenge.charge(BOB, Purpose.SIGN_IN, 4, **known(bob))
    assert own.accepts("2222")
    assert own.attempts == 1


def test_what_strangers_guess_makes_no_code_of_a_known_device_longer(bob):
    guess_wrongly(3)
    GuessBudget.objects.update(spent=10**6)
    assert both("2222", **known(bob)) == "2222"


def test_a_right_code_clears_the_budget_of_known_devices_and_of_no_stranger(bob):
    guess_wrongly(3)
    both("2222", **known(bob))
    for _ in range(2):
        challenge.charge(BOB, Purpose.SIGN_IN, 4, **known(bob))
    assert challenge.charge(BOB, Purpose.SIGN_IN, 4, **known(bob)).consume()
    assert dict(GuessBudget.objects.values_list("is_known_device", "spent")) == {
        True: 0,
        False: 30_000,
    }


@pytest.mark.parametrize("change", ["other", "revoked", "inactive"])
def test_a_proof_that_does_not_count_reaches_no_code_of_known_devices(bob, alice, change):
    proof = bob.device_proof
    both("2222", proof=proof)
    if change == "other":
        proof = alice.device_proof
    elif change == "revoked":
        User.objects.revoke_devices(bob.pk)
    else:
        User.objects.filter(pk=bob.pk).update(is_active=False)
    with pytest.raises(CodeNotFound):
        challenge.charge(BOB, Purpose.SIGN_IN, 4, proof=proof)
    assert PhoneOTP.objects.get().attempts == 0
    assert PhoneOTP.objects.pending(BOB, Purpose.SIGN_IN, proof).resend_after == 0


def test_a_known_device_without_a_code_is_shown_the_one_that_somebody_asked_for(bob):
    issue("109734")
    assert PhoneOTP.objects.pending(BOB, Purpose.SIGN_IN, bob.device_proof).otp_length == 6
    assert PhoneOTP.objects.cooldown(BOB, Purpose.SIGN_IN, bob.device_proof) == 0


def test_a_code_is_shown_without_its_number():
    otp = PhoneOTP(recipient=BOB, purpose=Purpose.CHANGE_PHONE)
    assert str(otp) == "Change phone code for a recipient ending in 10"
