"""What is known of a recipient: whose it is, how long its codes are, whether its block pauses."""

from accounts import limits
from accounts.codes import risk
from accounts.models import User
from accounts.models.phone_otp import Purpose
from tests.accounts.conftest import ESHA
from tests.cast import ALICE, BOB

NOTHING = risk.RecipientRisk(
    account=None, is_known_device=False, is_sprayed=False, verified_in_block=0, paused_for=0
)


def min_length(recipient=BOB, proof=None, purpose=Purpose.SIGN_IN):
    return risk.find_risk(recipient, proof).min_length(purpose)


def test_of_an_unknown_recipient_nothing_is_known(db):
    assert risk.find_risk(BOB) == NOTHING


def test_an_account_is_told_with_whether_it_has_a_profile(alice, bob):
    known, without_profile = risk.find_risk(ALICE).account, risk.find_risk(BOB).account
    assert (known.pk, known.phone_number, known.has_profile) == (alice.pk, ALICE, True)
    assert (without_profile.pk, without_profile.has_profile) == (bob.pk, False)


def test_a_device_is_known_to_its_own_number_alone(alice, bob):
    assert risk.find_risk(BOB, bob.device_proof).is_known_device
    assert not risk.find_risk(BOB, alice.device_proof).is_known_device
    assert not risk.find_risk(BOB).is_known_device


def test_an_e_mail_address_in_a_profile_makes_no_known_device(users, esha, bob):
    registered = User.objects.get(email=ESHA["email"])
    User.objects.filter(pk=bob.pk).update(email=ESHA["email"])
    assert risk.find_risk(ESHA["email"], registered.device_proof).is_known_device
    assert not risk.find_risk(ESHA["email"], bob.device_proof).is_known_device


def test_a_guess_is_worth_what_its_digits_make_it():
    assert [risk.guess_cost(digits) for digits in (4, 5, 6, 7, 8)] == [10_000, 1000, 100, 10, 1]
    assert 5 * risk.guess_cost(4) == risk.LONG_AFTER


def test_wrong_guesses_of_everybody_make_all_codes_longer_but_those_of_known_devices(bob, settings):
    settings.OTP_SPRAY_THRESHOLD = 2
    risk.count_wrong_guess()
    assert min_length() == 4
    risk.count_wrong_guess()
    assert min_length() == min_length(ALICE) == 6
    assert min_length(BOB, bob.device_proof) == 4


def test_codes_do_not_become_shorter_where_all_are_long(db, settings):
    settings.OTP_LENGTH = 8
    settings.OTP_SPRAY_THRESHOLD = 1
    assert min_length() == 8
    risk.count_wrong_guess()
    assert min_length() == 8


def test_a_block_is_known_by_the_codes_typed_and_by_its_pause(db):
    limits.spend([limits.BLOCK_VERIFIED.limit_for(BOB[:-3])])
    limits.spend([limits.BLOCK_VERIFIED.limit_for(BOB[:-3])])
    assert (risk.find_risk(BOB).verified_in_block, risk.find_risk(BOB).paused_for) == (2, 0)
    limits.spend([limits.BLOCK_PAUSED.limit_for(BOB[:-3])])
    assert 0 < risk.find_risk(BOB).paused_for <= 12 * 60 * 60
    assert risk.find_risk(BOB).verified_in_block == 2


def test_a_number_with_an_account_does_not_pause_with_its_block(bob):
    limits.spend([limits.BLOCK_PAUSED.limit_for(BOB[:-3])])
    assert risk.find_risk(BOB).paused_for == 0
    assert risk.find_risk(BOB[:-1] + "7").paused_for > 0
