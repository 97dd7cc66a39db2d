"""Signing up and in through the API: every row of the contract."""

import re

import jwt
import pytest
from django.conf import settings

from accounts.models import PhoneOTP, Session, User
from tests.cast import ALICE, BOB, CAROL, DAVE
from tests.each import each

SENT = "OTP sent successfully to your phone number"


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10000:04d}"


@pytest.fixture
def sign_in(api, sms, db):
    """`sign_in("+91…")`: the answer to the right code."""

    def run(phone_number, verb="signup", verify="verify-otp"):
        assert api.post(f"/api/auth/{verb}", {"phone_number": phone_number}).status_code == 200
        code = sms.last_code(phone_number)
        return api.post(f"/api/auth/{verify}", {"phone_number": phone_number, "otp_code": code})

    return run


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


def test_a_deactivated_account_is_told_so(api, sms, alice):
    User.objects.filter(pk=alice.pk).update(is_active=False)
    response = api.post("/api/auth/login", {"phone_number": ALICE})
    assert response.status_code == 403
    assert response.json()["code"] == "account_inactive"


def test_a_deactivated_account_gets_no_session(api, sms, alice, settings):
    settings.UNIFIED_SIGNUP = True
    User.objects.filter(pk=alice.pk).update(is_active=False)
    api.post("/api/auth/login", {"phone_number": ALICE})
    data = {"phone_number": ALICE, "otp_code": sms.last_code(ALICE)}
    assert api.post("/api/auth/verify-otp", data).json()["code"] == "account_inactive"
    assert api.post("/api/auth/verify-otp", data).json()["code"] == "otp_not_found"
    assert Session.objects.count() == 0


@each(
    "spelling",
    [
        "+91 62058-29376",
        "00916205829376",
        "916205829376",
        "+91 (6205) 829.376",
        "+91 06205829376",
        "\u200e+91\u00a06205829376\u200e",
        "+٩١٦٢٠٥٨٢٩٣٧٦",
        "+९१६२०५८२९३७६",
        "＋９１６２０５８２９３７６",
    ],
)
def test_every_spelling_of_a_number_is_one_account(api, sms, alice, spelling):
    response = api.post("/api/auth/login", {"phone_number": spelling})
    assert response.json()["data"]["phone_number"] == ALICE
    data = {"phone_number": spelling, "otp_code": sms.last_code(ALICE)}
    assert api.post("/api/auth/verify-login", data).json()["data"]["user_id"] == alice.pk
    assert User.objects.count() == 1


def test_twilio_s_magic_numbers_are_well_formed(api, sms, db):
    for number in ("+15005550006", "+1234567890"):
        assert api.post("/api/auth/signup", {"phone_number": number}).status_code == 200


def test_undeliverable_numbers_are_refused_when_validity_counts(api, sms, db, settings):
    settings.PHONE_VALIDATION = "valid"
    assert api.post("/api/auth/signup", {"phone_number": "+1234567890"}).status_code == 422
    assert api.post("/api/auth/signup", {"phone_number": ALICE}).status_code == 200


def test_otp_length_is_a_setting(api, sms, db, settings):
    settings.OTP_LENGTH = 6
    assert api.post("/api/auth/signup", {"phone_number": DAVE}).json()["data"]["otp_length"] == 6
    code = sms.last_code(DAVE)
    assert len(code) == 6
    data = {"phone_number": DAVE, "otp_code": code[:4]}
    assert api.post("/api/auth/verify-otp", data).status_code == 422
    assert api.post("/api/auth/verify-otp", data | {"otp_code": code}).status_code == 200


def test_logout_ends_the_session_at_once(api, alice, token_of):
    token, other = token_of(alice), token_of(alice)
    response = api.post("/api/auth/logout", token=token)
    assert response.status_code == 200
    assert response.json()["message"] == "Logged out successfully"
    refused = api.get("/api/auth/profile", token=token)
    assert refused.status_code == 401
    assert refused.json()["code"] == "invalid_token"
    assert api.get("/api/auth/profile", token=other).status_code == 200


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nonsense"}])
def test_logout_without_a_session_succeeds(api, db, headers):
    response = api.post("/api/auth/logout", headers=headers)
    assert response.status_code == 200
    assert response.json() == {
        "success": True,
        "message": "Logged out successfully",
        "data": None,
        "token": None,
    }


def test_the_api_sets_no_cookie(api, sms, sign_in):
    assert sign_in(DAVE).cookies == {}
    assert api.client.cookies == {}


def test_version_1_addresses_answer_the_same_and_say_they_are_old(api, sms, db):
    response = api.post("/auth/signup", {"phone_number": DAVE})
    assert response.status_code == 200
    assert response.json()["message"] == SENT
    assert response["Deprecation"].startswith("@")
    assert response["Sunset"].endswith("GMT")
    assert response["Link"] == '</api/auth/signup>; rel="successor-version"'
    data = {"phone_number": DAVE, "otp_code": sms.last_code(DAVE)}
    token = api.post("/auth/verify-otp", data).json()["token"]
    assert api.get("/auth/profile", token=token).json()["phone_number"] == DAVE
    assert api.get("/auth/nothing").json()["code"] == "not_found"
    assert api.get("/auth/signup").status_code == 405


@each("path", ["/auth/profile", "/auth/nothing", "/auth/%0d%0aX-Evil:%201", "/auth/é%3E"])
def test_version_1_errors_have_the_deprecation_header_too(api, db, path):
    response = api.get(path)
    assert response.status_code in (401, 404)
    assert response["Deprecation"].startswith("@")
    assert response["Sunset"].endswith("GMT")
    assert response["Link"].startswith("</api/auth/")
    assert "X-Evil" not in response


@pytest.mark.parametrize("number", ["+80012345678", "+87012345678", "+99912345678"])
def test_numbers_of_no_country_are_taken_where_any_well_formed_one_is(api, sms, db, number):
    assert api.post("/api/auth/signup", {"phone_number": number}).status_code == 200


@each("number", ["+19005551234", "+18005551234", "+80012345678", "+912228888888"])
def test_numbers_that_get_no_messages_are_refused_when_validity_counts(
    api, sms, db, settings, number
):
    settings.PHONE_VALIDATION = "valid"
    assert api.post("/api/auth/signup", {"phone_number": number}).status_code == 422


@pytest.mark.parametrize("typed", ["+49005987535103", "+4905987535103", "+495987535103"])
def test_a_spelling_that_we_answer_with_is_final(api, sms, db, typed):
    answer = api.post("/api/auth/signup", {"phone_number": typed}).json()
    assert answer["data"]["phone_number"] == "+495987535103"


def test_logout_ends_the_session_of_an_expired_token_too(api, alice, token_of, settings):
    token = token_of(alice)
    settings.JWT_ACCESS_TOKEN_EXPIRE_MINUTES = -1
    expired = token_of(alice)
    assert api.post("/api/auth/logout", token=expired).status_code == 200
    assert Session.objects.filter(revoked_at=None).count() == 1
    assert api.get("/api/auth/profile", token=token).status_code == 200


def test_head_is_answered_like_get(api, db):
    assert api.request("HEAD", "/api/").status_code == 200
    assert api.request("HEAD", "/api/auth/event-interests").status_code == 200
    assert api.request("HEAD", "/api/auth/signup").status_code == 405
