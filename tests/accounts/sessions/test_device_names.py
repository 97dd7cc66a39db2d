"""What an app calls the device at its sign-in is what its owner finds in the list of devices."""

import pytest
from django.utils.translation import override

from accounts.models import Session
from accounts.sessions import rules
from tests.cast import ALICE, DAVE
from tests.each import each

SESSIONS = "/api/auth/sessions"
PASSWORD = "a good long sentence"
PIXEL = {"User-Agent": "Loopin/2.1 (Android 15; Pixel 8)"}
ACCOUNT = {
    "email": "asha@example.com",
    "phone": DAVE,
    "first_name": "Asha",
    "last_name": "Rao",
    "password": PASSWORD,
    "password_confirm": PASSWORD,
}


@pytest.fixture
def sign_in(api, sms, db):
    """`sign_in(number, name)`: the answer to the code, sent with this name of the device."""

    def send(number, name=..., path="/api/auth/verify-otp"):
        api.post("/api/auth/signup", {"phone_number": number})
        body = {"phone_number": number, "otp_code": sms.last_code(number)}
        named = {} if name is ... else {"device_name": name}
        return api.post(path, body | named, headers=PIXEL)

    return send


def devices(api, token):
    return [one["device"] for one in api.get(SESSIONS, token=token).json()["data"]]


def test_the_list_shows_the_name_in_place_of_the_program(api, sign_in):
    answer = sign_in(DAVE, "Dave's Pixel").json()
    assert devices(api, answer["token"]) == ["Dave's Pixel"]
    assert Session.objects.get().device == "Loopin app on Android"


@each("name", [..., None, "", "  ", "\u200b\u202e", "\x00"])
def test_without_a_name_the_program_is_shown(api, sign_in, name):
    answer = sign_in(DAVE, name)
    assert devices(api, answer.json()["token"]) == ["Loopin app on Android"]


@each("path", ["/api/auth/verify-login", "/auth/verify-otp", "/auth/verify-login"])
def test_every_way_of_proving_a_number_takes_a_name(api, sign_in, path):
    answer = sign_in(DAVE, "Dave's Pixel", path)
    assert devices(api, answer.json()["token"]) == ["Dave's Pixel"]


def test_registering_and_logging_in_by_e_mail_take_a_name(api, sms, db):
    first = api.post("/api/users/register/", ACCOUNT | {"device_name": "Phone"}).json()
    login = {"email": ACCOUNT["email"], "password": PASSWORD, "device_name": "Tablet"}
    second = api.post("/api/users/login/", login).json()
    assert sorted(devices(api, second["token"])) == ["Phone", "Tablet"]
    assert first["data"]["user"]["first_name"] == "Asha"


@each("name", [7, ["Pixel"], {"name": "Pixel"}, True])
def test_a_name_is_a_string(sign_in, name):
    answer = sign_in(DAVE, name)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["device_name"]
    assert not Session.objects.exists()


def test_a_name_that_is_no_string_costs_no_guess(api, sms, db, sign_in):
    sign_in(DAVE, 7)
    code = {"phone_number": DAVE, "otp_code": sms.last_code(DAVE)}
    assert api.post("/api/auth/verify-otp", code).status_code == 200


@each(
    "sent, kept",
    [
        ("  Asha's\n iPhone \t 15 ", "Asha's iPhone 15"),
        ("Pixel\x00\x07\x1b[31m 8", "Pixel[31m 8"),
        ("\u202eenohPi\u202c", "enohPi"),
        ("आशा का फ़ोन", "आशा का फ़ोन"),
        ("📱 Asha 👩\u200d💻", "📱 Asha 👩\u200d💻"),
        ("x" * 61, "x" * 60),
        ("x" * 100_000, "x" * 60),
        ("x" * 59 + " y", "x" * 59),
        ("e\u0301" * 200, "é" * 60),
        ("\u0301" * 10_000, "\u0301" * 30),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_a_name_is_one_line_of_sixty_visible_characters(sent, kept):
    assert rules.device_name(sent) == kept
    assert len(kept) <= 60


def test_the_page_shows_a_name_as_text(alice, browser_of):
    browser = browser_of(alice)
    name = '<img src=x onerror=alert(1)>" autofocus x="'
    Session.objects.start(alice.pk, device="Loopin app on Android", device_name=name)
    page = browser.get("/profile/devices/").content.decode()
    assert "<img src=x" not in page
    assert '" autofocus' not in page
    assert page.count("&lt;img src=x onerror=alert(1)&gt;") >= 2


def test_a_name_is_not_translated_as_a_program_is(alice, api, token_of):
    Session.objects.start(alice.pk, device="Loopin app", device_name="App on Desk")
    token = token_of(alice)
    answer = api.get(SESSIONS, token=token, headers={"Accept-Language": "hi"}).json()
    with override("hi"):
        assert "App on Desk" in [one["device"] for one in answer["data"]]


def test_the_export_has_the_name(alice, api, token_of):
    Session.objects.start(alice.pk, device_name="Asha's Pixel")
    exported = api.get("/api/auth/export", token=token_of(alice)).json()["data"]["sessions"]
    assert {"Asha's Pixel", ""} == {one["device_name"] for one in exported}


def test_another_person_s_list_does_not_have_it(alice, bob, api, token_of):
    Session.objects.start(alice.pk, device_name="Asha's Pixel")
    assert "Asha's Pixel" not in devices(api, token_of(bob))
    assert ALICE not in str(devices(api, token_of(bob)))
