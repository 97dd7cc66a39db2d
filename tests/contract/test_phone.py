"""The documents of phone authentication, of both versions: every request, answer and error, with
codes of 4 and of 6 digits, and with sign-up and log-in alike or not."""

import pytest

from accounts.models import User
from tests.cast import CAROL, DAVE
from tests.contract.played import TIME, App, unlike

SENT = "OTP sent successfully to your phone number"
NEW = "OTP verified successfully. Please complete your profile."
COMPLETED = "Profile completed successfully"
BIRTHS = {"name": "Asha Rao", "birth_date": "1998-04-23", "gender": "Female"}
WHOLE = BIRTHS | {
    "event_interests": [1, 3, 5],
    "profile_pictures": ["https://example.com/1.jpg", "https://example.com/2.jpg"],
    "email": "asha@example.com",
    "bio": "Sings.",
    "location": "Pune",
}
VERSION_1 = {"phone_number": DAVE, "name": "Dave Rao", "email": "dave@example.com"}
VERSION_1_MORE = VERSION_1 | {"bio": "Runs.", "location": "Pune", "birth_date": "1990-05-15"}
VERSION_1_BODIES = [
    VERSION_1,
    VERSION_1_MORE,
    VERSION_1_MORE | {"avatar": "https://example.com/avatar.jpg"},
]
OF_VERSION_1 = {
    *("id", "name", "email", "phone_number", "bio", "location", "birth_date", "avatar"),
    *("is_verified", "is_active", "created_at", "updated_at"),
}
OF_VERSION_2 = OF_VERSION_1 | {"gender", "event_interests", "profile_pictures"}
INTERESTS = [
    *("Music & Concerts", "Sports & Fitness", "Food & Dining", "Art & Culture", "Technology"),
    *("Travel & Adventure", "Business & Networking", "Health & Wellness"),
    *("Education & Learning", "Entertainment"),
]

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[4, 6], ids=["4_digits", "6_digits"])
def digits(request, settings):
    settings.OTP_LENGTH = request.param
    return request.param


@pytest.fixture(params=[False, True], ids=["apart", "unified"])
def is_unified(request, settings, digits):
    settings.UNIFIED_SIGNUP = request.param
    return request.param


@pytest.fixture(params=["/api/auth", "/auth"])
def app(request, sms, is_unified):
    return App(sms, request.param)


def sign_up(app, number=DAVE):
    app.play("POST", "/signup", {"phone_number": number}, message=SENT)
    code = {"phone_number": number, "otp_code": app.code_for(number)}
    answer = app.play("POST", "/verify-otp", code, message=NEW, has_token=True)
    app.token = answer.json()["token"]
    return answer


def test_the_whole_way_of_version_2(app, digits, is_unified, travel):
    sent = {"phone_number": DAVE, "otp_length": digits, "expires_in": 600, "resend_after": int}
    app.play("POST", "/signup", {"phone_number": "+91 " + DAVE[3:]}, message=SENT, data=sent)
    assert len(app.code_for(DAVE)) == digits
    code = {"phone_number": DAVE, "otp_code": app.code_for(DAVE)}
    verified = {"user_id": int, "phone_number": DAVE, "needs_profile_completion": True}
    answer = app.play("POST", "/verify-otp", code, message=NEW, data=verified, has_token=True)
    app.token, user_id = answer.json()["token"], answer.json()["data"]["user_id"]
    path = "/complete-profile"
    completed = {"user_id": user_id, "profile_id": user_id, "phone_number": DAVE}
    completed |= {"name": "Asha Rao", "email": "asha@example.com"}
    app.play("POST", path, WHOLE | {"phone_number": DAVE}, message=COMPLETED, data=completed)
    profile = app.api.get(f"{app.root}/profile", token=app.token).json()
    assert profile.keys() >= OF_VERSION_2
    assert list(unlike(profile, {"gender": "female", "birth_date": "1998-04-23"})) == []
    assert TIME(profile["created_at"])
    assert profile["avatar"] == WHOLE["profile_pictures"][0]
    app.play("POST", "/logout", {}, message="Logged out successfully")
    app.play("POST", "/logout", {}, message="Logged out successfully")
    gone = app.api.get(f"{app.root}/profile", token=app.token)
    assert (gone.status_code, gone.json()["code"]) == (401, "invalid_token")
    app.token = None
    refused = {"status": 409, "code": "user_exists"}
    refused["message"] = "User already exists. Please login instead."
    app.play("POST", "/signup", {"phone_number": DAVE}, **({} if is_unified else refused))
    travel(301)
    app.play("POST", "/login", {"phone_number": DAVE}, message=SENT, data=sent)
    code["otp_code"] = app.code_for(DAVE)
    who = {"user_id": user_id, "phone_number": DAVE, "name": "Asha Rao", "is_verified": True}
    who |= {"email": "asha@example.com"}
    said = "Login successful"
    app.play("POST", "/verify-login", code, message=said, data=who, has_token=True)


@pytest.mark.parametrize("body", VERSION_1_BODIES, ids=["name", "more", "avatar"])
def test_the_whole_way_of_version_1(sms, is_unified, travel, body):
    app = App(sms, "/auth")
    sign_up(app)
    known = {"user_id": int, "profile_id": int} | VERSION_1
    answer = app.play(
        "POST",
        "/complete-profile",
        body,
        message=COMPLETED,
        data=known,
        headers=("Deprecation", "Sunset", "Link"),
    )
    assert answer.json()["token"] is None
    app.play("POST", "/logout", {}, message="Logged out successfully")
    app.token = None
    app.play("POST", "/login", {"phone_number": DAVE}, message=SENT)
    code = {"phone_number": DAVE, "otp_code": app.code_for(DAVE)}
    who = {"user_id": int, "name": "Dave Rao", "email": "dave@example.com", "is_verified": True}
    said = "Login successful"
    answer = app.play("POST", "/verify-login", code, message=said, data=who, has_token=True)
    profile = app.api.get("/auth/profile", token=answer.json()["token"]).json()
    assert profile.keys() >= OF_VERSION_1
    assert list(unlike(profile, body | {"is_verified": True, "is_active": True})) == []
    assert profile["needs_profile_completion"] is True


def test_what_goes_wrong_with_codes(app, digits, travel):
    never = "No OTP found for this phone number. Please request a new OTP."
    code = {"phone_number": DAVE, "otp_code": "1" * digits}
    app.play("POST", "/verify-otp", code, status=400, code="otp_not_found", message=never)
    app.play("POST", "/signup", {"phone_number": DAVE}, message=SENT)
    soon = {"status": 429, "code": "resend_too_soon", "headers": ("Retry-After",)}
    assert app.play("POST", "/signup", {"phone_number": DAVE}, **soon).json()["retry_after"] > 0
    right = app.code_for(DAVE)
    code["otp_code"] = f"{(int(right) + 1) % 10**digits:0{digits}d}"
    for left in (2, 1, 0):
        said = f"Invalid OTP. {left} attempts remaining"
        app.play("POST", "/verify-otp", code, status=400, code="otp_invalid", message=said)
    code["otp_code"] = right
    said = "Too many attempts. Please request a new OTP."
    used = {"status": 429, "code": "otp_attempts_exceeded", "message": said}
    app.play("POST", "/verify-otp", code, **used, headers=("Retry-After",))
    travel(301)
    app.play("POST", "/signup", {"phone_number": DAVE}, message=SENT)
    travel(601)
    code["otp_code"] = app.code_for(DAVE)
    said = "OTP has expired"
    app.play("POST", "/verify-otp", code, status=400, code="otp_expired", message=said)
    for wrong in ("12", "abcdef", "١٢٣٤", 1097, ""):
        code["otp_code"] = wrong
        app.play("POST", "/verify-otp", code, status=422, code="validation_error")


def test_a_code_works_once(app):
    sign_up(app)
    code = {"phone_number": DAVE, "otp_code": app.code_for(DAVE)}
    app.play("POST", "/verify-otp", code, status=400, code="otp_not_found")


def test_a_number_without_an_account_logs_in_only_where_all_numbers_may(app, is_unified):
    refused = {"status": 404, "code": "user_not_found"}
    refused["message"] = "User not found. Please signup first."
    unified = {"message": SENT}
    app.play("POST", "/login", {"phone_number": CAROL}, **(unified if is_unified else refused))


def test_every_row_of_the_table_of_errors(app, sms, settings):
    signup = {"phone_number": DAVE}
    response = app.api.post(f"{app.root}/signup", b"{")
    assert (response.status_code, response.json()["code"]) == (400, "invalid_json")
    for token, code in ((None, "not_authenticated"), ("nonsense", "invalid_token")):
        app.token = token
        answer = app.play("PATCH", "/profile", {}, status=401, code=code)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    app.token = None
    assert app.play("GET", "/signup", status=405, code="method_not_allowed").headers["Allow"]
    app.play("POST", "/nothing", {}, status=404, code="not_found")
    large = signup | {"more": "x" * 1024 * 1024}
    app.play("POST", "/signup", large, status=413, code="body_too_large")
    response = app.api.post(f"{app.root}/signup", b"{}", content_type="text/plain")
    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")
    invalid = app.play(
        "POST", "/signup", {"phone_number": "x"}, status=422, code="validation_error"
    )
    assert [error.keys() >= {"field", "code", "message"} for error in invalid.json()["errors"]]
    sign_up(app)
    theirs = WHOLE | {"phone_number": CAROL}
    app.play("POST", "/complete-profile", theirs, status=403, code="phone_mismatch")
    User.objects.update(is_active=False)
    app.play("POST", "/complete-profile", WHOLE, status=403, code="account_inactive")


def test_the_interests_are_public_and_in_the_documented_order(app):
    said = "Event interests retrieved successfully"
    answer = app.play("GET", "/event-interests", message=said, headers=("ETag", "Cache-Control"))
    data = answer.json()["data"]
    assert {one["id"]: one["name"] for one in data} == dict(enumerate(INTERESTS, 1))
    assert [one["name"] for one in data] == sorted(INTERESTS)
    assert all(one["description"] for one in data)


def test_all_broken_rules_of_a_profile_come_at_once(sms, digits):
    app = App(sms)
    sign_up(app)
    broken = {"name": "A", "birth_date": "2020-01-01", "gender": "x", "event_interests": []}
    broken |= {"profile_pictures": ["ftp://x"], "email": "no", "bio": "b" * 501}
    answer = app.play("POST", "/complete-profile", broken, status=422, code="validation_error")
    assert {error["field"] for error in answer.json()["errors"]} == broken.keys()
    assert "under_age" in {error["code"] for error in answer.json()["errors"]}


def test_a_provider_that_is_unavailable_leaves_nothing_half_done(app, sms):
    sms.behaviour = 20500
    refused = {"status": 503, "code": "sms_unavailable", "headers": ("Retry-After",)}
    app.play("POST", "/signup", {"phone_number": DAVE}, **refused)
    sms.behaviour = None
    sign_up(app)


def test_any_other_limit_is_rate_limited_and_says_for_how_long(app, settings, travel):
    settings.PROOF_OF_WORK, settings.SMS_PER_NUMBER = "off", 1
    app.play("POST", "/signup", {"phone_number": DAVE})
    travel(301)
    refused = {"status": 429, "code": "rate_limited", "headers": ("Retry-After",)}
    answer = app.play("POST", "/signup", {"phone_number": DAVE}, **refused)
    assert int(answer.headers["Retry-After"]) == answer.json()["retry_after"] > 0
