"""What the documents say of signing up and in besides the whole way: accounts in every state,
answers that tell nothing, and codes of each length."""

import pytest

from accounts.models import User
from tests.cast import ALICE, BOB, CAROL, DAVE
from tests.codes import wrong
from tests.contract.played import App
from tests.each import each

SENT = "OTP sent successfully to your phone number"
NEW = "OTP verified successfully. Please complete your profile."
SIGNED_IN = {"refresh_token": str, "expires_in": int, "is_verified": True}
VERIFY = ["/verify-otp", "/verify-login"]

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[4, 6], ids=["4_digits", "6_digits"])
def digits(request, settings):
    settings.OTP_LENGTH = request.param
    return request.param


@pytest.fixture(params=[False, True], ids=["apart", "unified"])
def is_unified(request, settings):
    settings.UNIFIED_SIGNUP = request.param
    return request.param


@pytest.fixture(params=["/api/auth", "/auth"])
def app(request, sms, digits, is_unified):
    return App(sms, request.param)


@each("path", ["/signup", "/login"])
def test_an_account_without_a_profile_is_sent_a_code_as_new(app, bob, path):
    app.play("POST", path, {"phone_number": BOB}, message=SENT, data={"phone_number": BOB})
    code = {"phone_number": BOB, "otp_code": app.code_for(BOB)}
    data = SIGNED_IN | {"user_id": bob.pk, "phone_number": BOB, "needs_profile_completion": True}
    app.play("POST", "/verify-otp", code, message=NEW, data=data, has_token=True)


def test_a_complete_profile_is_not_asked_for_again(app, alice):
    app.play("POST", "/login", {"phone_number": ALICE}, message=SENT)
    code = {"phone_number": ALICE, "otp_code": app.code_for(ALICE)}
    said = "OTP verified successfully."
    data = SIGNED_IN | {"user_id": alice.pk, "needs_profile_completion": False}
    app.play("POST", "/verify-otp", code, message=said, data=data, has_token=True)


def test_the_log_in_of_somebody_without_a_profile_knows_no_name(app, bob):
    app.play("POST", "/login", {"phone_number": BOB}, message=SENT)
    code = {"phone_number": BOB, "otp_code": app.code_for(BOB)}
    data = SIGNED_IN | {"user_id": bob.pk, "phone_number": BOB}
    said = "Login successful"
    answer = app.play("POST", "/verify-login", code, message=said, data=data, has_token=True)
    assert answer.json()["data"].keys() >= {"name", "email"}


def test_unified_answers_tell_nobody_which_numbers_have_accounts(sms, settings, digits, alice, bob):
    settings.UNIFIED_SIGNUP = True
    app = App(sms)
    for path, numbers in (("/signup", (ALICE, BOB, DAVE)), ("/login", (CAROL, "+919811100376"))):
        for number in numbers:
            answer = app.play("POST", path, {"phone_number": number}, message=SENT).json()
            assert answer.pop("data") == {
                "phone_number": number,
                "otp_length": digits,
                "expires_in": 600,
                "resend_after": 30,
                "delivery": "accepted",
            }
            assert answer == {"success": True, "message": SENT, "token": None}


def test_an_account_that_is_deactivated_gets_nothing(app, alice, is_unified, token_of):
    app.token = token_of(alice)
    User.objects.update(is_active=False)
    refused = {"status": 403, "code": "account_inactive"}
    app.play("GET", "/profile", **refused)
    app.play("GET", "/sessions", **refused)
    app.token = None
    if is_unified:
        app.play("POST", "/login", {"phone_number": ALICE}, message=SENT)
        code = {"phone_number": ALICE, "otp_code": app.code_for(ALICE)}
        app.play("POST", "/verify-login", code, **refused)
    else:
        app.play("POST", "/login", {"phone_number": ALICE}, **refused)


@each("path", VERIFY)
def test_codes_fail_alike_at_both_operations(app, path, digits, travel):
    never = "No OTP found for this phone number. Please request a new OTP."
    code = {"phone_number": DAVE, "otp_code": "1" * digits}
    app.play("POST", path, code, status=400, code="otp_not_found", message=never)
    app.play("POST", "/signup", {"phone_number": DAVE})
    right = app.code_for(DAVE)
    code["otp_code"] = wrong(right)
    for left in (2, 1, 0):
        said = f"Invalid OTP. {left} attempts remaining"
        app.play("POST", path, code, status=400, code="otp_invalid", message=said)
    used = {"status": 429, "code": "otp_attempts_exceeded", "headers": ("Retry-After",)}
    for code["otp_code"] in (wrong(right), right):
        answer = app.play("POST", path, code, **used)
        assert int(answer.headers["Retry-After"]) == answer.json()["retry_after"] > 0
    travel(301)
    app.play("POST", "/signup", {"phone_number": DAVE}, message=SENT)
    code["otp_code"] = app.code_for(DAVE)
    app.play("POST", path, code, has_token=True)
    app.play("POST", path, code, status=400, code="otp_not_found", message=never)


@each("path", VERIFY)
def test_a_code_expires_after_ten_minutes(app, path, travel):
    app.play("POST", "/signup", {"phone_number": DAVE})
    code = {"phone_number": DAVE, "otp_code": app.code_for(DAVE)}
    travel(601)
    said = "OTP has expired"
    app.play("POST", path, code, status=400, code="otp_expired", message=said)


@each("path", VERIFY)
def test_a_code_lives_for_ten_minutes(app, path, travel):
    app.play("POST", "/signup", {"phone_number": DAVE})
    code = {"phone_number": DAVE, "otp_code": app.code_for(DAVE)}
    travel(590)
    app.play("POST", path, code, has_token=True)


@each("path", VERIFY)
def test_only_digits_of_the_right_count_are_a_code(app, path, digits):
    app.play("POST", "/signup", {"phone_number": DAVE})
    right = app.code_for(DAVE)
    others = [
        right[:-1],
        right + "0",
        right * 2,
        "",
        " ",
        "x" * digits,
        "१" * digits,
        "1.0",
        "-123",
    ]
    others += [f"{right[:-1]}x", f" {right}", int(right), None, [right], True]
    for typed in others:
        body = {"phone_number": DAVE, "otp_code": typed}
        answer = app.play("POST", path, body, status=422, code="validation_error")
        assert [error["field"] for error in answer.json()["errors"]] == ["otp_code"]
    app.play("POST", path, {"phone_number": DAVE, "otp_code": right}, has_token=True)


def test_a_number_that_is_guessed_at_gets_longer_codes_that_can_be_tried(app, digits, travel):
    for _ in range(2):
        app.play("POST", "/signup", {"phone_number": DAVE}, data={"otp_length": int})
        code = {"phone_number": DAVE, "otp_code": wrong(app.code_for(DAVE))}
        for _ in range(3):
            app.play("POST", "/verify-otp", code, status=400, code="otp_invalid")
        travel(301)
    longer = 8 if digits == 4 else digits
    app.play("POST", "/signup", {"phone_number": DAVE}, data={"otp_length": longer})
    code["otp_code"] = app.code_for(DAVE)
    assert len(code["otp_code"]) == longer
    app.play("POST", "/verify-otp", code, has_token=True)
