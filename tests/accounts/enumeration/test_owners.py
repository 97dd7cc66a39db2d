"""What only the owner of a number gets and learns: by a known device, or by typing its code."""

import pytest

from accounts.models import User
from tests.accounts.enumeration.walker import Walker, token_for
from tests.cast import ALICE, BOB, PROFILE


@pytest.mark.usefixtures("unified")
def test_a_known_device_is_told_apart_and_keeps_its_messages(api, sms, travel):
    walker = Walker(api, ALICE)
    walker.login()
    code = {"phone_number": ALICE, "otp_code": sms.last_code(ALICE)}
    proof = api.post("/api/auth/verify-login", code).json()["data"]["device_token"]
    for _ in range(7):
        walker.login()
        travel(301)
    assert walker.login().status_code == 429
    own = {"headers": {"Device-Token": proof}}
    assert api.post("/api/auth/login", {"phone_number": ALICE}, **own).status_code == 200


@pytest.mark.usefixtures("unified")
def test_a_registration_with_somebody_s_number_gets_nothing_of_theirs(api, sms, travel):
    walker = Walker(api, ALICE)
    answer = walker.register()
    token = answer.json()["token"]
    assert answer.json()["data"]["user"]["phone"] == ALICE
    assert answer.json()["data"]["user"]["phone_verified"] is False
    assert api.post("/api/auth/complete-profile", PROFILE, token=token).status_code == 403
    code = {"phone": ALICE, "otp": "000000"}
    assert (
        walker.post("/api/users/verify-phone-otp/", code, token).json()["code"] == "otp_not_found"
    )
    walker.send_phone_otp()
    right = {"phone": ALICE, "otp": sms.last_code(ALICE)}
    taken = walker.post("/api/users/verify-phone-otp/", right, token)
    assert (taken.status_code, taken.json()["code"]) == (409, "phone_taken")  # who has the phone
    assert User.objects.get(phone_number=ALICE).has_profile


@pytest.mark.usefixtures("unified")
def test_only_who_types_its_code_learns_that_a_number_to_move_to_is_taken(api, sms, bob):
    walker, token = Walker(api, ALICE), token_for(bob)
    sent = walker.post("/api/auth/change-phone", {"phone_number": ALICE}, token)
    assert sent.status_code == 200
    body = {"phone_number": ALICE, "otp_code": sms.last_code(ALICE)}
    answer = walker.post("/api/auth/verify-change-phone", body, token)
    assert (answer.status_code, answer.json()["code"]) == (409, "phone_taken")
    own = walker.post("/api/auth/change-phone", {"phone_number": BOB}, token)
    assert (own.status_code, own.json()["code"]) == (409, "phone_taken")
