"""The documents of e-mail accounts, played by an app that sends a token only where they say so."""

import pytest

from tests.cast import DAVE
from tests.contract.played import TIME, App

PASSWORD = "monsoon-tabla-42"
REGISTER = {
    "email": "asha@example.com",
    "phone": DAVE,
    "first_name": "Asha",
    "last_name": "Rao",
    "password": PASSWORD,
    "password_confirm": PASSWORD,
}
OF_USER = {
    *("id", "email", "phone", "first_name", "last_name", "phone_verified", "email_verified"),
    *("created_at", "updated_at"),
}
TOKENS = {"user": dict, "access": str, "refresh": str}

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[4, 6], ids=["4_digits", "6_digits"])
def app(request, sms, settings):
    settings.OTP_LENGTH = request.param
    return App(sms, "")


@pytest.fixture(params=["/", ""], ids=["slash", "no_slash"])
def end(request):
    return request.param


@pytest.mark.parametrize("is_unified", [False, True], ids=["apart", "unified"])
def test_the_whole_way(app, end, settings, is_unified, mailoutbox):
    settings.UNIFIED_SIGNUP = is_unified
    users = lambda name: f"/api/users/{name}{end}"  # noqa: E731
    answer = app.play("POST", users("register"), REGISTER, status=201, data=TOKENS, has_token=True)
    body = answer.json()
    assert body["token"] == body["data"]["access"]
    assert body["data"]["user"].keys() >= OF_USER
    app.play("POST", users("send-phone-otp"), {"phone": DAVE})
    code = {"phone": DAVE, "otp": app.code_for(DAVE)}
    assert len(code["otp"]) == 6
    app.play("POST", users("verify-phone-otp"), code, data={"phone_verified": True})
    login = {"email": REGISTER["email"], "password": PASSWORD}
    answer = app.play("POST", users("login"), login, data=TOKENS, has_token=True)
    app.token = answer.json()["token"]
    me = {"email": REGISTER["email"], "phone": DAVE, "phone_verified": True}
    answer = app.play("GET", users("me"), data=me)
    assert TIME(answer.json()["data"]["created_at"])
    app.play("PATCH", users("me"), {"first_name": "Usha"}, data={"first_name": "Usha"})
    app.play("POST", users("send-email-otp"), {})
    code = {"otp": next(word for word in mailoutbox[-1].body.split() if word.isdecimal())}
    app.play("POST", users("verify-email-otp"), code, data={"email_verified": True})
    app.play("POST", users("logout"), {}, message="Logged out successfully")
    app.play("GET", users("me"), status=401, code="invalid_token")


def test_what_goes_wrong(app, end):
    users = lambda name: f"/api/users/{name}{end}"  # noqa: E731
    app.play("POST", users("register"), REGISTER, status=201, has_token=True)
    app.play("POST", users("register"), REGISTER, status=409, code="email_taken")
    weak = REGISTER | {"email": "b@example.com", "password": "1", "password_confirm": "2"}
    app.play("POST", users("register"), weak, status=422, code="validation_error")
    wrong = {"email": REGISTER["email"], "password": "wrong"}
    app.play("POST", users("login"), wrong, status=401, code="invalid_credentials")
    app.play("GET", users("me"), status=401, code="not_authenticated")
    guess = {"phone": DAVE, "otp": "000000"}
    app.play("POST", users("verify-phone-otp"), guess, status=400, code="otp_not_found")


def test_a_reset_answers_alike_and_ends_every_session(app, sms, end):
    users = lambda name: f"/api/users/{name}{end}"  # noqa: E731
    answer = app.play("POST", users("register"), REGISTER, status=201, has_token=True)
    app.play("POST", users("send-phone-otp"), {"phone": DAVE})
    code = {"phone": DAVE, "otp": app.code_for(DAVE)}
    app.play("POST", users("verify-phone-otp"), code)
    known = app.play("POST", users("password-reset"), {"phone": DAVE}).json()
    unknown = app.play("POST", users("password-reset"), {"phone": "+919811100376"}).json()
    assert known["message"] == unknown["message"]
    assert known["data"].keys() == unknown["data"].keys()
    new = {"password": "harmonium-ghat-77", "password_confirm": "harmonium-ghat-77"}
    code = {"phone": DAVE, "otp": app.code_for(DAVE)}
    app.play("POST", users("password-reset/confirm"), code | new)
    app.token = answer.json()["token"]
    app.play("GET", users("me"), status=401, code="invalid_token")
