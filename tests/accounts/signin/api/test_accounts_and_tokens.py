"""What the right code gives: an account, a session and its tokens."""

import jwt
from django.conf import settings

from accounts.models import Session, User
from tests.cast import ALICE, DAVE


def test_verifying_creates_the_account(sign_in):
    response = sign_in(DAVE)
    user = User.objects.get(phone_number=DAVE)
    body = response.json()
    assert response.status_code == 200
    assert body["message"] == "OTP verified successfully. Please complete your profile."
    assert body["data"] == {
        "user_id": user.pk,
        "phone_number": DAVE,
        "needs_profile_completion": True,
        "is_verified": True,
        "expires_in": 1800,
        "refresh_token": body["data"]["refresh_token"],
        "device_token": body["data"]["device_token"],
    }
    assert user.username == DAVE
    assert not user.has_usable_password()


def test_the_token_names_the_session_and_its_owner(sign_in):
    body = sign_in(DAVE).json()
    claims = jwt.decode(
        body["token"],
        settings.JWT_KEYS[0].verifying_key,
        algorithms=["HS256"],
        audience="loopin-api",
        issuer="loopin",
    )
    user = User.objects.get(phone_number=DAVE)
    assert set(claims) == {
        *("sub", "user_id", "phone_number", "sid", "jti", "typ", "iss", "aud", "iat", "exp")
    }
    assert claims["sub"] == str(user.pk)
    assert claims["user_id"] == user.pk
    assert claims["phone_number"] == DAVE
    assert claims["typ"] == "access"
    assert claims["exp"] - claims["iat"] == 1800
    assert Session.objects.get().pk.hex == claims["sid"].replace("-", "")


def test_verifying_a_customer_does_not_ask_for_the_profile(alice, sign_in):
    body = sign_in(ALICE, verb="login").json()
    assert body["message"] == "OTP verified successfully."
    assert body["data"]["needs_profile_completion"] is False


def test_verify_login_says_who_logged_in(alice, sign_in):
    response = sign_in(ALICE, verb="login", verify="verify-login")
    assert response.status_code == 200
    assert response.json()["message"] == "Login successful"
    assert response.json()["data"] == {
        "user_id": alice.pk,
        "phone_number": ALICE,
        "name": "Alice D'Souza",
        "email": None,
        "is_verified": True,
        "needs_profile_completion": False,
        "expires_in": 1800,
        "refresh_token": response.json()["data"]["refresh_token"],
        "device_token": response.json()["data"]["device_token"],
    }


def test_signing_in_again_keeps_the_account(sign_in, travel):
    first = sign_in(DAVE).json()
    travel(31)
    second = sign_in(DAVE).json()
    assert first["data"]["user_id"] == second["data"]["user_id"]
    assert User.objects.count() == 1
    assert Session.objects.count() == 2


def test_a_deactivated_account_gets_no_session(api, sms, alice, settings):
    settings.UNIFIED_SIGNUP = True
    User.objects.filter(pk=alice.pk).update(is_active=False)
    api.post("/api/auth/login", {"phone_number": ALICE})
    data = {"phone_number": ALICE, "otp_code": sms.last_code(ALICE)}
    assert api.post("/api/auth/verify-otp", data).json()["code"] == "account_inactive"
    assert api.post("/api/auth/verify-otp", data).json()["code"] == "otp_not_found"
    assert Session.objects.count() == 0


def test_the_api_sets_no_cookie(api, sms, sign_in):
    assert sign_in(DAVE).cookies == {}
    assert api.client.cookies == {}
