"""Each operation of e-mail accounts, and what they share with accounts by phone."""

import pytest

from accounts.models import User
from tests.cast import ALICE, DAVE
from tests.codes import wrong
from tests.contract.played import TIME, App
from tests.contract.test_email import OF_USER, PASSWORD, REGISTER
from tests.each import each

SENT = "OTP sent successfully to your phone number"
LOGIN = {"email": REGISTER["email"], "password": PASSWORD}
NEW = {"password": "harmonium-ghat-77", "password_confirm": "harmonium-ghat-77"}
INVALID = {"status": 422, "code": "validation_error"}
BROKEN = {
    "email": ["", "no", 5, None],
    "phone": ["", "12", None],
    "first_name": ["", "a" * 151, "<b>", None],
    "last_name": ["", "a" * 151, 5],
    "password": ["", "short", "12345678901234", "qwertyuiop", "asha@example.com", None, 5],
    "password_confirm": ["", "another-password-9", None],
}
ROWS = [(field, value) for field, values in BROKEN.items() for value in values]

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[4, 6], ids=["4_digits", "6_digits"])
def app(request, sms, settings):
    settings.OTP_LENGTH = request.param
    return App(sms, "/api/users")


@pytest.fixture
def users(app):
    """Plays an operation of this API."""

    def play(method, name, body=None, **documented):
        return app.play(method, f"/api/users/{name}/", body, **documented)

    return play


@pytest.fixture
def asha(app, users):
    answer = users("POST", "register", REGISTER, status=201, has_token=True)
    app.token = answer.json()["token"]
    return answer.json()["data"]


@pytest.fixture
def verified(app, users, asha):
    users("POST", "send-phone-otp", {"phone": DAVE})
    code = {"phone": DAVE, "otp": app.code_for(DAVE)}
    users("POST", "verify-phone-otp", code, data={"phone_verified": True})
    return asha


@each("field, value", ROWS)
def test_what_breaks_a_rule_registers_nobody(users, field, value):
    answer = users("POST", "register", REGISTER | {field: value}, **INVALID)
    fields = {error["field"] for error in answer.json()["errors"]}
    assert field in fields
    assert fields <= {field, "password_confirm"}
    assert not User.objects.exists()


def test_every_missing_field_is_reported_at_once(users):
    answer = users("POST", "register", {}, **INVALID)
    assert {error["field"] for error in answer.json()["errors"]} == REGISTER.keys()


def test_an_address_and_a_number_belong_to_one_account(users, verified):
    other = {"email": "usha@example.com", "phone": "+919811100376"}
    for taken, code in (("email", "email_taken"), ("phone", "phone_taken")):
        body = REGISTER | other | {taken: REGISTER[taken]}
        users("POST", "register", body, status=409, code=code)
    assert User.objects.count() == 1


def test_the_account_of_a_wrong_password_and_of_none_look_the_same(users, asha):
    refused = {"status": 401, "code": "invalid_credentials"}
    known = users("POST", "login", LOGIN | {"password": "wrong-password-1"}, **refused)
    unknown = users("POST", "login", LOGIN | {"email": "nobody@example.com"}, **refused)
    assert known.json() == unknown.json()


def test_logging_in_is_throttled(app, asha):
    guess = LOGIN | {"password": "wrong-password-1"}
    for _ in range(200):
        answer = app.api.post("/api/users/login/", guess)
        if answer.status_code != 401:
            break
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) == answer.json()["retry_after"] > 0


def test_the_account_is_read_and_changed(users, asha):
    me = users("GET", "me", data={"email": REGISTER["email"], "phone": DAVE}).json()["data"]
    assert me.keys() >= OF_USER
    assert (me["phone_verified"], me["email_verified"]) == (False, False)
    assert TIME(me["created_at"])
    assert TIME(me["updated_at"])
    changes = {"first_name": "Usha", "last_name": "Iyer", "email": "usha@example.com"}
    users("PATCH", "me", changes, data=changes)
    users("GET", "me", data=changes)
    users("PATCH", "me", {"first_name": "", "email": "no"}, **INVALID)
    users("GET", "me", data=changes)


def test_the_address_and_number_of_others_are_not_taken_over(app, users, alice, asha):
    app.token = None
    other = REGISTER | {"email": "usha@example.com", "phone": "+919811100376"}
    answer = users("POST", "register", other, status=201, has_token=True)
    app.token = answer.json()["token"]
    users("PATCH", "me", {"email": REGISTER["email"]}, status=409, code="email_taken")
    users("PATCH", "me", {"phone": ALICE}, status=409, code="phone_taken")
    users("GET", "me", data={"email": other["email"], "phone": other["phone"]})


def test_a_code_by_sms_has_six_digits_three_attempts_and_ten_minutes(app, users, asha, travel):
    data = {"phone": DAVE, "otp_length": 6, "expires_in": 600}
    users("POST", "send-phone-otp", {"phone": DAVE}, message=SENT, data=data)
    right = app.code_for(DAVE)
    assert len(right) == 6
    body = {"phone": DAVE, "otp": wrong(right)}
    for left in (2, 1, 0):
        said = f"Invalid OTP. {left} attempts remaining"
        users("POST", "verify-phone-otp", body, status=400, code="otp_invalid", message=said)
    body["otp"] = right
    said = "Too many attempts. Please request a new OTP."
    used = {"status": 429, "code": "otp_attempts_exceeded", "message": said}
    users("POST", "verify-phone-otp", body, **used, headers=("Retry-After",))
    travel(301)
    users("POST", "send-phone-otp", {"phone": DAVE})
    travel(601)
    body["otp"] = app.code_for(DAVE)
    users("POST", "verify-phone-otp", body, status=400, code="otp_expired")


@each("otp", ["", "1097", "12345", "abcdef", "१२३४५६", 123456, None])
def test_only_six_digits_are_a_code(users, asha, otp):
    users("POST", "verify-phone-otp", {"phone": DAVE, "otp": otp}, **INVALID)
    users("POST", "verify-email-otp", {"otp": otp}, **INVALID)


def test_a_code_by_e_mail_follows_the_same_machine(users, asha, mailoutbox):
    users("POST", "verify-email-otp", {"otp": "123456"}, status=400, code="otp_not_found")
    users("POST", "send-email-otp", data={"email": REGISTER["email"], "otp_length": 6})
    users("POST", "send-email-otp", status=429, code="resend_too_soon", headers=("Retry-After",))
    right = next(word for word in mailoutbox[-1].body.split() if word.isdecimal())
    assert len(right) == 6
    for left in (2, 1):
        said = f"Invalid OTP. {left} attempts remaining"
        body = {"otp": wrong(right)}
        users("POST", "verify-email-otp", body, status=400, code="otp_invalid", message=said)
    users("POST", "verify-email-otp", {"otp": right}, data={"email_verified": True})
    users("GET", "me", data={"email_verified": True})
    users("POST", "verify-email-otp", {"otp": right}, status=400, code="otp_not_found")


def test_a_reset_changes_the_password_and_ends_every_session(app, users, verified):
    users("POST", "password-reset", {"phone": DAVE}, message=SENT)
    body = {"phone": DAVE, "otp": app.code_for(DAVE)} | NEW
    users(
        "POST",
        "password-reset/confirm",
        body | {"otp": wrong(body["otp"])},
        status=400,
        code="otp_invalid",
    )
    users("POST", "password-reset/confirm", body | {"password": "1"}, **INVALID)
    users("POST", "password-reset/confirm", body)
    users("GET", "me", status=401, code="invalid_token")
    app.token = None
    users(
        "POST", "token/refresh", {"refresh": verified["refresh"]}, status=401, code="invalid_token"
    )
    users("POST", "login", LOGIN, status=401, code="invalid_credentials")
    users("POST", "login", LOGIN | NEW, has_token=True)
    users("POST", "password-reset/confirm", body, status=400, code="otp_not_found")


def test_an_account_by_e_mail_signs_in_by_phone_once_that_is_verified(app, users, verified, travel):
    app.root, app.token = "/api/auth", None
    travel(301)
    app.play("POST", "/login", {"phone_number": DAVE}, message=SENT)
    code = {"phone_number": DAVE, "otp_code": app.code_for(DAVE)}
    who = {"user_id": verified["user"]["id"], "phone_number": DAVE, "email": REGISTER["email"]}
    app.token = app.play("POST", "/verify-login", code, data=who, has_token=True).json()["token"]
    users("GET", "me", data={"id": verified["user"]["id"], "phone_verified": True})


def test_an_account_by_e_mail_does_not_sign_in_by_phone_before_that(app, asha):
    app.root, app.token = "/api/auth", None
    app.play("POST", "/login", {"phone_number": DAVE}, status=404, code="user_not_found")


def test_an_account_by_phone_uses_the_e_mail_operations(app, users):
    app.root = "/api/auth"
    data = app.sign_in(DAVE)
    me = {"id": data["user_id"], "phone": DAVE, "phone_verified": True, "email": None}
    users("GET", "me", data=me)
    users("PATCH", "me", {"email": REGISTER["email"]}, data={"email": REGISTER["email"]})
    users("POST", "set-password", {"password": PASSWORD, "password_confirm": PASSWORD})
    app.token = None
    answer = users("POST", "login", LOGIN, has_token=True)
    assert answer.json()["data"]["user"]["id"] == data["user_id"]


def test_both_kinds_share_one_table_of_sessions(app, users, asha):
    listed = app.play("GET", "/api/users/me/")
    assert listed.status_code == 200
    app.root = "/api/auth"
    assert len(app.play("GET", "/sessions").json()["data"]) == 1
    app.play("POST", "/logout", message="Logged out successfully")
    users("GET", "me", status=401, code="invalid_token")
