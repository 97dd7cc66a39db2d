"""Typing a code: how often, for how long, and whose."""

import pytest

from accounts.models import User
from tests.cast import CAROL, DAVE
from tests.codes import wrong


@pytest.mark.parametrize("verify", ["verify-otp", "verify-login"])
def test_third_wrong_code_locks_the_challenge(api, sms, db, verify):
    api.post("/api/auth/signup", {"phone_number": DAVE})
    code = sms.last_code(DAVE)

    def guess(otp_code):
        return api.post(f"/api/auth/{verify}", {"phone_number": DAVE, "otp_code": otp_code})

    for remaining in (2, 1, 0):
        response = guess(wrong(code))
        assert response.status_code == 400
        assert response.json()["message"] == f"Invalid OTP. {remaining} attempts remaining"
        assert response.json()["code"] == "otp_invalid"
    for otp_code in (wrong(code), code):
        response = guess(otp_code)
        assert response.status_code == 429
        assert response.json()["message"] == "Too many attempts. Please request a new OTP."
        assert response.json()["code"] == "otp_attempts_exceeded"
        assert int(response["Retry-After"]) == response.json()["retry_after"]
        assert 0 < response.json()["retry_after"] <= 30
    assert User.objects.count() == 0


def test_the_right_code_works_on_the_third_guess(api, sms, db):
    api.post("/api/auth/signup", {"phone_number": DAVE})
    code = sms.last_code(DAVE)
    for otp_code in (wrong(code), wrong(code)):
        api.post("/api/auth/verify-otp", {"phone_number": DAVE, "otp_code": otp_code})
    response = api.post("/api/auth/verify-otp", {"phone_number": DAVE, "otp_code": code})
    assert response.status_code == 200


@pytest.mark.parametrize(("seconds", "status"), [(599, 200), (601, 400)])
def test_a_code_lives_ten_minutes(api, sms, db, travel, seconds, status):
    api.post("/api/auth/signup", {"phone_number": DAVE})
    travel(seconds)
    response = api.post(
        "/api/auth/verify-otp", {"phone_number": DAVE, "otp_code": sms.last_code(DAVE)}
    )
    assert response.status_code == status
    if status == 400:
        assert response.json()["message"] == "OTP has expired"
        assert response.json()["code"] == "otp_expired"


def test_a_code_never_requested_is_not_found(api, db):
    response = api.post("/api/auth/verify-otp", {"phone_number": DAVE, "otp_code": "0000"})
    assert response.status_code == 400
    assert response.json()["code"] == "otp_not_found"
    assert (
        response.json()["message"]
        == "No OTP found for this phone number. Please request a new OTP."
    )


def test_a_code_works_once(api, sms, sign_in):
    sign_in(DAVE)
    response = api.post(
        "/api/auth/verify-otp", {"phone_number": DAVE, "otp_code": sms.last_code(DAVE)}
    )
    assert response.json()["code"] == "otp_not_found"


def test_a_code_is_its_own_number_s_only(api, sms, db):
    for phone_number in (CAROL, DAVE):
        api.post("/api/auth/signup", {"phone_number": phone_number})
    carols, daves = sms.last_code(CAROL), sms.last_code(DAVE)
    response = api.post("/api/auth/verify-otp", {"phone_number": DAVE, "otp_code": carols})
    assert response.status_code == (200 if carols == daves else 400)


def test_a_resend_replaces_the_code_and_its_attempts(api, sms, db, travel):
    api.post("/api/auth/signup", {"phone_number": DAVE})
    old = sms.last_code(DAVE)
    for _ in range(3):
        api.post("/api/auth/verify-otp", {"phone_number": DAVE, "otp_code": wrong(old)})
    travel(30)
    api.post("/api/auth/signup", {"phone_number": DAVE})
    new = sms.last_code(DAVE)
    if old != new:
        response = api.post("/api/auth/verify-otp", {"phone_number": DAVE, "otp_code": old})
        assert response.json()["message"] == "Invalid OTP. 3 attempts remaining"
        assert response.json()["is_earlier_code"] is True
    response = api.post("/api/auth/verify-otp", {"phone_number": DAVE, "otp_code": new})
    assert response.status_code == 200
