"""Many at once at the door for staff: each code once, each guess counted."""

from collections import Counter
from contextlib import suppress

import pytest

from accounts import limits
from accounts.models import RecoveryCode, Session
from accounts.passwords import guess_limits
from accounts.passwords.errors import TooManyGuesses
from accounts.sessions.user_agent import UNKNOWN, Device
from accounts.staff import enrolment, flows
from tests.accounts.staff.door import another_moment, app_code

DEVICE = Device(ip_address="198.51.100.7")

pytestmark = pytest.mark.django_db(transaction=True)


def session_of(user):
    """A session that may set up the second factor."""
    session_id = Session.objects.start(user.pk)
    enrolment.begin_move(user.pk, session_id)
    return session_id


@pytest.fixture
def codes(staff):
    session_id = session_of(staff)
    codes = enrolment.confirm(staff, session_id, app_code(staff), device="Chrome on Android")
    another_moment(staff)
    return codes


def outcomes(results):
    return Counter(type(result).__name__ for result in results)


def test_simultaneous_password_guesses_share_one_budget(staff, together):
    guess = lambda n: flows.check_password("sam", f"wrong {n}", DEVICE)  # noqa: E731
    assert outcomes(together(30, guess)) == {
        "SignInRefused": limits.PASSWORDS_OF_NAME_IN_NETWORK.cap,
        "TooManyGuesses": 30 - limits.PASSWORDS_OF_NAME_IN_NETWORK.cap,
    }


def test_guesses_at_many_names_from_many_networks_do_not_wait_in_a_circle(staff, together):
    def guess(number):
        for name in ("sam", "mona", "sam"):
            with suppress(TooManyGuesses):
                guess_limits.spend_guess(name, Device(ip_address=f"198.51.100.{number % 3}"), None)

    assert outcomes(together(20, guess)) == {"NoneType": 20}


def test_one_code_of_the_app_lets_one_in(staff, codes, together):
    code = app_code(staff)
    results = together(10, lambda n: flows.check_second_factor(staff, code, UNKNOWN))
    assert outcomes(results)["NoneType"] == 1


def test_one_recovery_code_lets_one_in(staff, codes, together):
    results = together(10, lambda n: flows.check_second_factor(staff, codes[0], UNKNOWN))
    assert outcomes(results)["NoneType"] == 1
    assert RecoveryCode.objects.unused(staff.pk).count() == 9


def test_simultaneous_wrong_codes_are_compared_one_at_a_time(staff, codes, together):
    results = together(10, lambda n: flows.check_second_factor(staff, "wrong", UNKNOWN))
    assert outcomes(results) == {"WrongSecondFactor": 1, "TooManyGuesses": 9}


def test_simultaneous_wrong_codes_of_a_known_device_share_one_budget(staff, codes, together):
    known = Device(proof=staff.device_proof)
    results = together(30, lambda n: flows.check_second_factor(staff, "wrong", known))
    cap = limits.SECOND_FACTORS_OF_KNOWN_DEVICES.cap
    assert outcomes(results) == {"WrongSecondFactor": cap, "TooManyGuesses": 30 - cap}


def test_two_tabs_enrol_one_app(staff, together):
    session_id = session_of(staff)
    code = app_code(staff)
    confirm = lambda n: enrolment.confirm(staff, session_id, code, device="Chrome")  # noqa: E731
    results = together(10, confirm)
    assert outcomes(results)["list"] == 1
    assert RecoveryCode.objects.count() == 10


def test_one_invitation_is_used_by_one_of_many_sessions(staff, together):
    token = enrolment.invite(staff.pk).rstrip("/").rpartition("/")[2]
    invitation = enrolment.find_invitation(token)
    sessions = [Session.objects.start(staff.pk) for _ in range(10)]
    results = together(10, lambda n: enrolment.begin(staff, sessions[n], invitation))
    assert outcomes(results) == {"AuthenticatorApp": 1, "NotInvited": 9}
