"""One number has one spelling, whatever was typed, at every operation that takes one."""

import pytest

from accounts.models import PhoneOTP, User
from tests.cast import BOB, DAVE
from tests.contract.played import App
from tests.each import each

SENT = "OTP sent successfully to your phone number"
SPELLINGS = [
    *("+91 99001 12233", "+91-99001-12233", "+91.99001.12233", "+91 (99001) 12233"),
    *("00919900112233", "0091 99001-12233", "919900112233", "91 99001 12233"),
    *("+९१९९००११२२३३", "+٩١٩٩٠٠١١٢٢٣٣", "+９１９９００１１２２３３", "  +919900112233  "),
]
NOT_NUMBERS = [
    *("", "  ", "+", "12", "abc", "+91", "+91990011223x", "+9" * 10, "+919900112233919900112233"),
    *(919900112233, None, True, ["+919900112233"], {"number": DAVE}, "+91 99001\x0012233"),
]
UNDELIVERABLE = ["+1234567890", "+15005550006", "+911234567890"]
REGISTER = {
    "email": "asha@example.com",
    "phone": DAVE,
    "first_name": "Asha",
    "last_name": "Rao",
    "password": "monsoon-tabla-42",
    "password_confirm": "monsoon-tabla-42",
}
INVALID = {"status": 422, "code": "validation_error"}
OPEN = [
    *(("/signup", "phone_number", {}), ("/login", "phone_number", {})),
    ("/verify-otp", "phone_number", {"otp_code": "1097"}),
    ("/verify-login", "phone_number", {"otp_code": "1097"}),
    ("/api/users/register/", "phone", REGISTER),
    *(("/api/users/send-phone-otp/", "phone", {}), ("/api/users/password-reset/", "phone", {})),
    ("/api/users/verify-phone-otp/", "phone", {"otp": "109734"}),
    ("/change-phone", "phone_number", {}),
    ("/verify-change-phone", "phone_number", {"otp_code": "109734"}),
]

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["/api/auth", "/auth"])
def app(request, sms):
    return App(sms, request.param)


@each("typed", SPELLINGS)
def test_every_spelling_signs_up_and_in_as_one_account(app, travel, typed):
    number = {"phone_number": DAVE}
    app.play("POST", "/signup", {"phone_number": typed}, message=SENT, data=number)
    code = {"phone_number": typed, "otp_code": app.code_for(DAVE)}
    app.play("POST", "/verify-otp", code, data=number, has_token=True)
    travel(301)
    app.play("POST", "/login", {"phone_number": typed}, message=SENT, data=number)
    code["otp_code"] = app.code_for(DAVE)
    answer = app.play("POST", "/verify-login", code, data=number, has_token=True)
    app.token = answer.json()["token"]
    app.play("PATCH", "/profile", {"phone_number": typed}, data=number)
    assert User.objects.get().phone_number == DAVE
    assert PhoneOTP.objects.get().recipient == DAVE


@each("typed", SPELLINGS)
def test_every_spelling_moves_an_account(app, typed):
    app.sign_in(BOB)
    number = {"phone_number": DAVE}
    app.play("POST", "/change-phone", {"phone_number": typed}, message=SENT, data=number)
    code = {"phone_number": typed, "otp_code": app.code_for(DAVE)}
    app.play("POST", "/verify-change-phone", code, data=number, has_token=True)
    assert User.objects.get().phone_number == DAVE


@each("typed", SPELLINGS)
def test_every_spelling_registers_and_resets(sms, typed):
    app, phone = App(sms, ""), {"phone": typed}
    answer = app.play("POST", "/api/users/register/", REGISTER | phone, status=201, has_token=True)
    assert answer.json()["data"]["user"]["phone"] == DAVE
    app.play("POST", "/api/users/send-phone-otp/", phone, data={"phone": DAVE})
    code = phone | {"otp": app.code_for(DAVE)}
    app.play("POST", "/api/users/verify-phone-otp/", code, data={"phone_verified": True})
    app.play("POST", "/api/users/password-reset/", phone, data={"phone": DAVE})
    new = {"password": "harmonium-ghat-77", "password_confirm": "harmonium-ghat-77"}
    code = phone | {"otp": app.code_for(DAVE)} | new
    app.play("POST", "/api/users/password-reset/confirm/", code)
    assert User.objects.get().phone_number == DAVE


@each("path, name, body", OPEN)
@each("typed", NOT_NUMBERS)
def test_what_is_no_number_is_refused_everywhere(app, bob, token_of, path, name, body, typed):
    app.token = token_of(bob) if "change" in path else None
    answer = app.play("POST", path, body | {name: typed}, **INVALID)
    assert [error["field"] for error in answer.json()["errors"]] == [name]
    if isinstance(typed, str) and len(typed) > 3:
        assert typed not in answer.text


@each("number", UNDELIVERABLE)
def test_any_well_formed_number_is_taken_where_it_is_configured(app, settings, number):
    settings.PHONE_VALIDATION = "e164"
    app.play("POST", "/signup", {"phone_number": number}, data={"phone_number": number})


@each("number", UNDELIVERABLE)
def test_numbers_that_no_carrier_delivers_to_are_refused_where_it_is_configured(
    app, settings, number
):
    settings.PHONE_VALIDATION = "valid"
    answer = app.play("POST", "/signup", {"phone_number": number}, **INVALID)
    assert number not in answer.text
    app.play("POST", "/signup", {"phone_number": DAVE}, message=SENT)
