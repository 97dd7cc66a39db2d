"""Taking everything along, through the API and the page."""

import json

from accounts.models import PhoneOTP, Session, User
from tests.cast import ALICE, PROFILE


def test_the_export_holds_everything_and_no_hash(api, customer):
    response = api.get("/api/auth/export", token=customer["token"])
    held = response.json()["data"]
    assert held["user"]["phone_number"] == ALICE
    assert held["user"]["email"] == "alice@example.com"
    assert held["profile"]["name"] == PROFILE["name"]
    assert [session["ip_address"] for session in held["sessions"]] == ["203.0.113.7"]
    assert [code["purpose"] for code in held["codes"]] == ["sign_in"]
    assert {"user.verified", "user.profile_completed"} <= {e["kind"] for e in held["events"]}
    assert held["lead"]["status"] == "converted"
    assert [event["kind"] for event in held["lead"]["timeline"]] == [
        *("code_requested", "phone_verified", "profile_completed"),
    ]
    text = response.content.decode()
    otp, session = PhoneOTP.objects.get(), Session.objects.get()
    for secret in (otp.otp_hash, otp.otp_salt, session.refresh_hash, "password"):
        assert secret not in text


def test_the_export_is_of_the_caller_alone(api, customer, bob, token_of):
    response = api.get("/api/auth/export", token=token_of(bob))
    assert ALICE not in response.content.decode()
    held = response.json()["data"]
    assert (held["profile"], held["lead"], held["codes"]) == (None, None, [])
    assert api.get("/api/auth/export").status_code == 401


def test_the_page_gives_the_same_export_as_a_file(api, customer, browser_of):
    browser = browser_of(User.objects.get(phone_number=ALICE))
    response = browser.get("/profile/export/")
    assert response["Content-Disposition"] == 'attachment; filename="loopin.json"'
    assert "no-store" in response["Cache-Control"]
    by_api = api.get("/api/auth/export", token=customer["token"]).json()["data"]
    assert json.loads(response.content).keys() == by_api.keys()
