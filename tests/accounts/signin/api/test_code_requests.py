"""Asking for a code through the API, at signup and login: every row of the contract."""

import re

import pytest

from accounts.models import PhoneOTP, User
from tests.accounts.signin.api.steps import SENT
from tests.cast import ALICE, BOB, DAVE


def test_signup_sends_a_code(api, sms, db):
    response = api.post("/api/auth/signup", {"phone_number": ALICE})
    assert response.status_code == 200
    assert response.json() == {
        "success": True,
        "message": SENT,
        "data": {
            "phone_number": ALICE,
            "otp_length": 4,
            "expires_in": 600,
            "resend_after": 30,
            "delivery": "accepted",
        },
        "token": None,
    }
    assert re.fullmatch(r"\d{4}", sms.last_code(ALICE))


def test_a_code_in_the_database_is_not_readable(api, sms, db):
    api.post("/api/auth/signup", {"phone_number": ALICE})
    row = PhoneOTP.objects.values().get()
    code = sms.last_code(ALICE)
    assert len(row["otp_hash"]) == 64
    assert not any(value == code for value in row.values())


def test_signup_of_a_customer_is_refused(api, sms, alice):
    response = api.post("/api/auth/signup", {"phone_number": ALICE})
    assert response.status_code == 409
    assert response.json() == {
        "success": False,
        "message": "User already exists. Please login instead.",
        "data": None,
        "token": None,
        "code": "user_exists",
    }
    assert sms.messages == []


def test_signup_with_an_unfinished_account_is_as_new(api, sms, bob):
    assert api.post("/api/auth/signup", {"phone_number": BOB}).status_code == 200


def test_login_of_an_unknown_number_is_refused(api, sms, db):
    response = api.post("/api/auth/login", {"phone_number": DAVE})
    assert response.status_code == 404
    assert response.json()["message"] == "User not found. Please signup first."
    assert response.json()["code"] == "user_not_found"
    assert sms.messages == []


@pytest.mark.parametrize("verb", ["signup", "login"])
def test_unified_signup_answers_known_and_unknown_numbers_alike(api, sms, alice, settings, verb):
    settings.UNIFIED_SIGNUP = True
    known = api.post(f"/api/auth/{verb}", {"phone_number": ALICE})
    elsewhere = {"REMOTE_ADDR": "198.51.100.7"}
    unknown = api.post(f"/api/auth/{verb}", {"phone_number": DAVE}, **elsewhere)
    assert known.status_code == unknown.status_code == 200
    assert known.content.replace(ALICE.encode(), DAVE.encode()) == unknown.content
    headers = [{**answer.headers, "X-Request-ID": ""} for answer in (known, unknown)]
    assert headers[0] == headers[1]


def test_a_second_code_has_to_wait(api, sms, db, travel):
    api.post("/api/auth/signup", {"phone_number": DAVE})
    travel(20)
    response = api.post("/api/auth/signup", {"phone_number": DAVE})
    assert response.status_code == 429
    assert response.json()["code"] == "resend_too_soon"
    assert response.json()["retry_after"] == int(response["Retry-After"])
    assert response.json()["retry_after"] in (9, 10)
    assert (
        "in 10 seconds" in response.json()["message"]
        or "in 9 seconds" in response.json()["message"]
    )
    assert len(sms.messages) == 1


def test_a_deactivated_account_is_told_so(api, sms, alice):
    User.objects.filter(pk=alice.pk).update(is_active=False)
    response = api.post("/api/auth/login", {"phone_number": ALICE})
    assert response.status_code == 403
    assert response.json()["code"] == "account_inactive"


def test_otp_length_is_a_setting(api, sms, db, settings):
    settings.OTP_LENGTH = 6
    assert api.post("/api/auth/signup", {"phone_number": DAVE}).json()["data"]["otp_length"] == 6
    code = sms.last_code(DAVE)
    assert len(code) == 6
    data = {"phone_number": DAVE, "otp_code": code[:4]}
    assert api.post("/api/auth/verify-otp", data).status_code == 422
    assert api.post("/api/auth/verify-otp", data | {"otp_code": code}).status_code == 200
