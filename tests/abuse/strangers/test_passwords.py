"""What strangers guess keeps neither customers nor staff from their own passwords."""

import pytest
from django.db.models import F
from django.test import Client

from accounts import limits
from accounts.models import AuthenticatorApp, User
from accounts.sessions import known_devices
from tests.abuse.strangers.phones import Phone
from tests.accounts.conftest import ESHA, PASSWORD
from tests.accounts.staff import door
from tests.accounts.staff.door import LOGIN, SECOND
from tests.cast import BOB


def test_a_hundred_wrong_passwords_do_not_lock_a_customer_out_of_a_known_device(
    esha, api, sms, patient
):
    login = {"email": ESHA["email"], "password": PASSWORD}
    own = Phone(api, sms, "192.0.2.1")
    assert own.post("/api/users/login/", login).status_code == 200
    for _ in range(limits.PASSWORDS_OF_NAME.cap):
        stranger = Phone(api, sms, next(patient))
        stranger.post("/api/users/login/", login | {"password": "x"})
    assert Phone(api, sms, next(patient)).post("/api/users/login/", login).status_code == 429
    assert own.post("/api/users/login/", login).status_code == 200


def test_another_password_leaves_one_known_device(esha, api, sms):
    login = {"email": ESHA["email"], "password": PASSWORD}
    own, other = Phone(api, sms, "192.0.2.1"), Phone(api, sms, "192.0.2.2")
    other.post("/api/users/login/", login)
    token = own.post("/api/users/login/", login).json()["token"]
    words = {"password": "harmonium-ghat-77", "password_confirm": "harmonium-ghat-77"}
    changed = words | {"current_password": PASSWORD}
    assert own.post("/api/users/set-password/", changed, token=token).status_code == 200
    proof = User.objects.get(email=ESHA["email"]).device_proof
    assert known_devices.read_token(own.device_token) == proof
    assert known_devices.read_token(other.device_token) != proof


def test_a_known_device_has_ten_guesses_at_the_password_of_its_own_account(esha, api, sms):
    own = Phone(api, sms, "192.0.2.1")
    login = {"email": ESHA["email"], "password": PASSWORD}
    own.post("/api/users/login/", login)
    for _ in range(limits.PASSWORDS_OF_KNOWN_DEVICES.cap):
        assert own.post("/api/users/login/", login | {"password": "x"}).status_code == 401
    assert own.post("/api/users/login/", login).json()["code"] == "too_many_guesses"


def test_a_proof_of_another_account_gives_no_guesses_at_a_password(esha, api, sms, bob):
    thief = Phone(api, sms, "198.51.100.7")
    assert thief.sign_in(BOB).status_code == 200
    login = {"email": ESHA["email"], "password": "x"}
    for _ in range(limits.PASSWORDS_OF_NAME_IN_NETWORK.cap):
        assert thief.post("/api/users/login/", login).status_code == 401
    assert thief.post("/api/users/login/", login).status_code == 429


def give_password(browser, password="correct horse", ip="192.0.2.1"):
    return browser.post(LOGIN, {"username": "sam", "password": password}, REMOTE_ADDR=ip)


@pytest.fixture
def desk_browser(staff, settings):
    """Sam's browser, which signed in with both factors and out again."""
    settings.STAFF_REQUIRE_2FA = True
    browser, _codes = door.enrol(staff)
    browser.post("/django/admin/logout/")
    assert browser.get("/leads/").status_code == 302
    return browser


def test_a_hundred_wrong_passwords_do_not_lock_staff_out_of_a_known_device(
    desk_browser, staff, patient
):
    for _ in range(limits.PASSWORDS_OF_NAME.cap):
        give_password(Client(), "wrong", next(patient))
    assert give_password(Client(), ip=next(patient)).status_code == 429
    assert give_password(desk_browser).status_code == 302
    assert desk_browser.post(SECOND, {"second_factor": door.app_code(staff)}).status_code == 302
    assert desk_browser.get("/leads/").status_code == 200


def test_who_has_the_password_alone_does_not_make_the_owner_wait_for_the_second_factor(
    desk_browser, staff
):
    thief = Client()
    give_password(thief, ip="198.51.100.7")
    thief.post(SECOND, {"second_factor": door.wrong_code(staff)})
    # As after ten more guesses, each made as soon as it was allowed.
    AuthenticatorApp.objects.filter(user=staff).update(
        throttling_failure_count=F("throttling_failure_count") + 10
    )
    assert thief.post(SECOND, {"second_factor": door.app_code(staff)}).status_code == 429
    give_password(desk_browser)
    refused = desk_browser.post(SECOND, {"second_factor": door.wrong_code(staff)})
    assert refused.status_code == 400
    assert thief.post(SECOND, {"second_factor": door.app_code(staff)}).status_code == 429
    assert desk_browser.post(SECOND, {"second_factor": door.app_code(staff)}).status_code == 302
    assert desk_browser.get("/leads/").status_code == 200


def test_the_password_alone_makes_no_known_device_of_staff(desk_browser, staff):
    thief = Client()
    give_password(thief)
    assert "device" not in thief.cookies
    assert "device" in desk_browser.cookies


def test_another_password_of_staff_makes_all_their_devices_strangers(desk_browser, staff):
    assert known_devices.read_token(desk_browser.cookies["device"].value) == staff.device_proof
    staff.set_password("another horse")
    staff.save()
    proof = known_devices.read_token(desk_browser.cookies["device"].value)
    assert proof != User.objects.get(pk=staff.pk).device_proof
