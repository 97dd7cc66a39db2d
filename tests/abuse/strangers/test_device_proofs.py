"""What a device proves about itself: for how long, for whom, and what ends it."""

import time

import pytest

from accounts.models import PhoneOTP, User
from accounts.sessions import known_devices
from tests.abuse.strangers.phones import DAY, Phone, annoy
from tests.cast import ALICE, BOB, DAVE
from tests.codes import wrong


def counts_for(phone, stranger, sms, travel):
    """Whether the phone gets a short code though strangers guessed."""
    annoy(stranger, sms, travel)
    return phone.ask().json()["data"]["otp_length"] == 4


def forged(token):
    payload, rest = token.split(":", 1)
    return f"{payload[:-2]}AA:{rest}"


def test_a_proof_counts_for_a_year(known, stranger, sms, travel, monkeypatch):
    assert counts_for(known, stranger, sms, travel)
    year_ago = time.time() - 366 * DAY
    with monkeypatch.context() as clock:
        clock.setattr(time, "time", lambda: year_ago)
        known.device_token = known_devices.issue_token(User.objects.get().device_proof)
    travel(301)
    assert known.ask().json()["data"]["otp_length"] == 8


def test_a_forged_proof_is_nothing(known, stranger, sms, travel):
    for token in (forged(known.device_token), "x", "a:b:c", known.device_token[:-1], "é" * 9000):
        assert known_devices.read_token(token) is None
    known.device_token = forged(known.device_token)
    assert not counts_for(known, stranger, sms, travel)


def test_a_proof_of_another_account_is_nothing(known, stranger, sms, bob, travel):
    thief = stranger
    assert thief.sign_in(BOB).status_code == 200
    assert not counts_for(thief, Phone(thief.api, sms, "203.0.113.1"), sms, travel)
    assert not PhoneOTP.objects.filter(is_known_device=True).exists()


def test_guesses_with_a_proof_of_another_account_reach_strangers_codes_alone(
    known, stranger, sms, bob
):
    assert stranger.sign_in(BOB).status_code == 200
    known.ask()
    own = sms.last_code(ALICE)
    for _ in range(5):
        assert stranger.type(wrong(own)).json()["code"] == "otp_not_found"
    assert stranger.type(own).json()["code"] == "otp_not_found"
    assert known.type(own).status_code == 200


@pytest.mark.parametrize("listed", [False, True])
def test_a_lost_phone_is_a_stranger_once_it_is_signed_out(
    known, alice, stranger, sms, travel, listed
):
    """The device that signed it out goes on with another proof."""
    owner = Phone(known.api, sms, "192.0.2.9")
    token = owner.sign_in().json()["token"]
    lost = f"/{alice.sessions.order_by('created_at').first().pk}" if listed else ""
    answer = owner.api.request("DELETE", f"/api/auth/sessions{lost}", token=token).json()
    travel(301)
    assert not counts_for(known, stranger, sms, travel)
    owner.device_token = answer["data"]["device_token"]
    assert owner.ask().json()["data"]["otp_length"] == 4


@pytest.mark.parametrize("path", ["others", "{lost}"])
def test_the_page_that_signs_devices_out_keeps_its_own_browser_known(
    known, alice, browser_of, path
):
    lost = alice.sessions.get().pk
    browser = browser_of(alice)
    browser.post(f"/profile/devices/{path.format(lost=lost)}/end/")
    proof = User.objects.get(pk=alice.pk).device_proof
    assert known_devices.read_token(browser.cookies["device"].value) == proof
    assert known_devices.read_token(known.device_token) != proof


def test_a_deactivated_account_has_no_known_devices_even_once_it_is_active_again(
    known, alice, stranger, sms, travel
):
    for is_active in (False, True):
        alice.is_active = is_active
        alice.save()
    assert not counts_for(known, stranger, sms, travel)


def test_moving_to_another_number_leaves_one_known_device(known, alice, sms, api, travel):
    owner = Phone(api, sms, "192.0.2.9")
    token = owner.sign_in().json()["token"]
    owner.post("/api/auth/change-phone", {"phone_number": DAVE}, token=token)
    body = {"phone_number": DAVE, "otp_code": sms.last_code(DAVE)}
    owner.post("/api/auth/verify-change-phone", body, token=token)
    proof = User.objects.get(pk=alice.pk).device_proof
    assert known_devices.read_token(owner.device_token) == proof
    assert known_devices.read_token(known.device_token) != proof


def test_a_reused_refresh_token_makes_every_device_a_stranger(known, alice, api, sms):
    """Whoever copied one thing from the app may have copied the other."""
    phone = Phone(api, sms, "192.0.2.9")
    copied = phone.sign_in().json()["data"]["refresh_token"]
    token = copied
    for _ in range(2):
        token = api.post("/api/auth/refresh", {"refresh_token": token}).json()["data"][
            "refresh_token"
        ]
    assert api.post("/api/auth/refresh", {"refresh_token": copied}).status_code == 401
    assert User.objects.get(pk=alice.pk).device_proof != known_devices.read_token(
        known.device_token
    )
