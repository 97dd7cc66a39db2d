"""The attacker uses up what an owner has; the owner gets in."""

import pytest
from django.contrib.auth.hashers import make_password

from accounts import limits
from accounts.models import User
from tests.accounts.staff.door import (
    ENROL,
    LOGIN,
    SECOND,
    another_moment,
    app_code,
    invitation_of,
)
from tests.cast import ALICE
from tests.codes import wrong

pytestmark = pytest.mark.xdist_group("attacker")


def test_codes_and_guesses_of_a_stranger_keep_no_owner_out(site, somebody, alice, travel):
    known, fresh, stranger = somebody(), somebody(), somebody()
    assert known.ask(ALICE).status == 200
    assert known.type(site.last_code(ALICE), ALICE).status == 200
    travel(301)
    for _ in range(3):
        assert stranger.ask(ALICE).status == 200
        for _ in range(3):
            assert stranger.type(wrong(site.last_code(ALICE)), ALICE).code == "otp_invalid"
        travel(301)

    assert known.ask(ALICE).json["data"]["otp_length"] == 4
    own = site.last_code(ALICE)
    assert stranger.type(wrong(own), ALICE).status in (400, 429)
    assert known.type(own, ALICE).status == 200

    assert fresh.ask(ALICE).json["data"]["otp_length"] == 8
    assert fresh.type(site.last_code(ALICE), ALICE).status == 200


@pytest.fixture
def sam(staff):
    """A member of staff with a password that the site checks as quickly as its own."""
    staff.password = make_password("correct horse", hasher="pbkdf2_sha256")
    staff.save()
    return staff


def give_password(person, password="correct horse"):
    return person.fill(LOGIN, {"username": "sam", "password": password})


def test_wrong_passwords_of_strangers_keep_no_member_of_staff_out(site, somebody, sam):
    own = somebody()
    own.get(invitation_of(sam))
    give_password(own)
    own.get(ENROL)
    assert own.fill(ENROL, {"second_factor": app_code(sam)}).status == 200
    another_moment(sam)
    assert own.get("/leads/").status == 200
    own.fill("/django/admin/logout/", {}, opened="/leads/")
    assert own.get("/leads/").status == 302

    in_one_network = limits.PASSWORDS_OF_NAME_IN_NETWORK.cap
    for _ in range(limits.PASSWORDS_OF_NAME.cap // in_one_network):
        stranger = somebody()
        for _ in range(in_one_network):
            assert give_password(stranger, "wrong").status in (400, 429)
    assert give_password(somebody()).status == 429

    assert give_password(own).status == 302
    assert own.fill(SECOND, {"second_factor": app_code(User.objects.get(pk=sam.pk))}).status == 302
    assert own.get("/leads/").status == 200
