"""What is known of a recipient: whose it is, how long its codes are, whether its block pauses."""

import pytest
from django.utils import timezone

from accounts import limits
from accounts.codes import risk
from accounts.models import GuessBudget
from tests.cast import ALICE, BOB


def guessed_at(short_guesses=0, guesses=0, recipient=BOB):
    now = timezone.now()
    GuessBudget.objects.create(
        recipient=recipient,
        guessed_at=[now],
        short_guesses=short_guesses,
        guesses=guesses,
        last_guessed_at=now,
    )


def test_of_an_unknown_recipient_nothing_is_known(db):
    assert risk.find_risk(BOB) == risk.RecipientRisk(None, 4, 0, 0)


def test_an_account_is_told_with_whether_it_has_a_profile(alice, bob):
    known, without_profile = risk.find_risk(ALICE).account, risk.find_risk(BOB).account
    assert (known.pk, known.phone_number, known.has_profile) == (alice.pk, ALICE, True)
    assert (without_profile.pk, without_profile.has_profile) == (bob.pk, False)


@pytest.mark.parametrize(
    ("short_guesses", "guesses", "digits"),
    [(4, 4, 4), (5, 5, 6), (0, 99, 4), (0, 100, 8), (5, 100, 8)],
)
def test_guesses_make_codes_longer(db, short_guesses, guesses, digits):
    guessed_at(short_guesses, guesses)
    assert risk.find_risk(BOB).otp_length == digits
    assert risk.find_risk(ALICE).otp_length == 4


def test_wrong_guesses_of_everybody_make_all_codes_longer(db, settings):
    settings.OTP_SPRAY_THRESHOLD = 2
    risk.count_wrong_guess()
    assert risk.find_risk(BOB).otp_length == 4
    risk.count_wrong_guess()
    assert risk.find_risk(BOB).otp_length == 6


def test_codes_do_not_become_shorter_where_all_are_long(db, settings):
    settings.OTP_LENGTH = 8
    assert risk.find_risk(ALICE).otp_length == 8
    guessed_at(short_guesses=5)
    assert risk.find_risk(BOB).otp_length == 8


def test_a_block_is_known_by_the_codes_typed_and_by_its_pause(db):
    limits.spend([limits.BLOCK_VERIFIED.limit_for(BOB[:-3])])
    limits.spend([limits.BLOCK_VERIFIED.limit_for(BOB[:-3])])
    assert (risk.find_risk(BOB).verified_in_block, risk.find_risk(BOB).paused_for) == (2, 0)
    limits.spend([limits.BLOCK_PAUSED.limit_for(BOB[:-3])])
    assert 0 < risk.find_risk(BOB).paused_for <= 12 * 60 * 60
    assert risk.find_risk(BOB).verified_in_block == 2
