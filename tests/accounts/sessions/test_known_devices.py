"""The proof that a sign-in leaves on a device: how it is kept, sent, and read."""

import pytest
from django.test import Client, RequestFactory

from accounts.models.known_device import DeviceProof
from accounts.sessions import known_devices
from tests.cast import ALICE

PROOF = DeviceProof(4, 2)


def read_by_page(token):
    request = RequestFactory().get("/login/")
    request.COOKIES["device"] = token
    return known_devices.get_proof(request)


def read_by_api(token):
    headers = {known_devices.HEADER: token}
    return known_devices.get_proof(RequestFactory(headers=headers).get("/api/auth/login"))


@pytest.mark.parametrize("read", [read_by_page, read_by_api])
def test_the_same_token_is_a_cookie_of_browsers_and_a_header_of_apps(read):
    token = known_devices.issue_token(PROOF)
    assert read(token) == PROOF
    assert read(token[:-1]) is None
    assert read("") is None


def test_the_api_does_not_read_the_cookie_which_browsers_send_unasked():
    request = RequestFactory().get("/api/auth/login")
    request.COOKIES["device"] = known_devices.issue_token(PROOF)
    assert known_devices.get_proof(request) is None


def test_two_devices_have_different_tokens():
    assert known_devices.issue_token(PROOF) != known_devices.issue_token(PROOF)


def test_the_cookie_is_for_this_host_and_no_script(alice, sms, client):
    client.post("/login/", {"phone_number": ALICE})
    client.post("/verify/", {"otp_code": sms.last_code(ALICE)})
    cookie = client.cookies["device"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert (cookie["domain"], cookie["max-age"]) == ("", 365 * 24 * 60 * 60)


def test_signing_out_leaves_the_device_known(alice, sms, client):
    client.post("/login/", {"phone_number": ALICE})
    client.post("/verify/", {"otp_code": sms.last_code(ALICE)})
    client.post("/logout/")
    assert known_devices.read_token(client.cookies["device"].value) == alice.device_proof


def test_visitors_get_no_cookie(db):
    browser = Client()
    browser.get("/login/")
    assert "device" not in browser.cookies


def test_apps_on_other_origins_may_send_the_header(db, settings, client):
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example"]
    answer = client.options(
        "/api/auth/login",
        headers={
            "Origin": "https://app.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "device-token",
        },
    )
    assert "device-token" in answer["Access-Control-Allow-Headers"]
