"""Where answers differ for known and unknown numbers, few can be asked about."""

import pytest

from accounts.models import User
from tests.accounts.conftest import ESHA
from tests.accounts.enumeration.walker import UNKNOWN, Walker, token_for
from tests.cast import ALICE, BOB


def login(walker, number):
    return walker.post("/api/auth/login", {"phone_number": number})


def signup(walker, number):
    return walker.post("/api/auth/signup", {"phone_number": number})


def register(walker, number):
    email = f"{next(walker.calls)}-{walker.place}@example.com"
    return walker.post("/api/users/register/", ESHA | {"phone": number, "email": email})


def register_email(walker, number):
    email = "alice@example.com" if number == ALICE else f"{next(walker.calls)}@example.net"
    return walker.post("/api/users/register/", ESHA | {"phone": BOB, "email": email})


def send_phone_otp(walker, number):
    return walker.post("/api/users/send-phone-otp/", {"phone": number})


def change_phone(walker, number):
    return walker.post("/api/auth/change-phone", {"phone_number": number}, walker.token)


def me_phone(walker, number):
    body = {"phone": number}
    token = walker.unproven_token
    return walker.api.patch("/api/users/me/", body, token=token, REMOTE_ADDR=walker.ip)


def me_email(walker, number):
    body = {"email": "alice@example.com" if number == ALICE else "free@example.com"}
    token = walker.unproven_token
    return walker.api.patch("/api/users/me/", body, token=token, REMOTE_ADDR=walker.ip)


def profile_email(walker, number):
    body = {"email": "alice@example.com" if number == ALICE else "free@example.com"}
    return walker.api.patch("/api/auth/profile", body, token=walker.token, REMOTE_ADDR=walker.ip)


CHECKS = [
    *(login, signup, register, register_email, send_phone_otp),
    *(change_phone, me_phone, me_email, profile_email),
]


@pytest.mark.parametrize("check", CHECKS)
def test_thirty_checks_in_a_row_are_refused(api, unified, settings, check):
    """And once they are, what is known is refused as what is not."""
    settings.UNIFIED_SIGNUP = False
    walker = Walker(api, ALICE)
    walker.token = token_for(walker.verified())
    walker.unproven_token = token_for(walker.registered())
    for turn in range(30):
        check(walker, f"+9198{turn:03d}00000")
    assert {check(walker, number).status_code for number in (ALICE, UNKNOWN[ALICE])} == {429}


def test_checks_of_one_account_from_many_networks_are_refused(api, unified, settings):
    settings.UNIFIED_SIGNUP = False
    token = token_for(User.objects.create(username="x", email="x@example.com"))
    statuses = set()
    for turn in range(30):
        body, ip = {"phone": f"+9198330{turn:05d}"}, f"203.0.113.{turn}"
        answer = api.patch("/api/users/me/", body, token=token, REMOTE_ADDR=ip)
        statuses.add(answer.status_code)
    assert statuses == {200, 429}


def test_a_fresh_installation_answers_as_the_contract_says(api, sms, alice):
    walker = Walker(api, ALICE)
    assert walker.signup().json()["code"] == "user_exists"
    assert login(walker, UNKNOWN[ALICE]).json()["code"] == "user_not_found"
    assert walker.register().json()["code"] == "phone_taken"
