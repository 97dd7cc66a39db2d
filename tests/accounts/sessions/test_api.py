"""Where people are signed in: listing devices, signing them out."""

import re
import uuid

import pytest
from django.test import Client

from accounts.models import Session
from tests.accounts.conftest import refused_with

PROFILE_URL = "/api/auth/profile"
PHONE = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"


def test_each_sign_in_is_a_device_in_api_and_web_alike(api, sign_in, alice, browser_of):
    token = sign_in(REMOTE_ADDR="203.0.113.7")["token"]
    browser_of(alice)
    listed = api.get("/api/auth/sessions", token=token).json()["data"]
    mine = next(session for session in listed if session["is_current"])
    assert (mine["device"], mine["ip_address"]) == ("Loopin app on iPhone", "203.0.113.7")
    assert mine.keys() == {
        *("id", "device", "ip_address", "created_at", "last_used_at", "is_current"),
    }
    assert len(listed) == 2
    assert [session["is_current"] for session in listed].count(True) == 1


def test_others_sessions_and_ended_ones_are_not_listed(api, sign_in, bob, token_of, travel):
    token_of(bob)
    gone = sign_in()["token"]
    api.post("/api/auth/logout", token=gone)
    token = sign_in()["token"]
    assert len(api.get("/api/auth/sessions", token=token).json()["data"]) == 1


def test_use_is_noted_once_a_minute(api, sign_in, travel, django_assert_num_queries):
    token = sign_in()["token"]

    def last_used_at():
        return Session.objects.get().last_used_at

    travel(59)
    before = last_used_at()
    api.get(PROFILE_URL, token=token)
    assert last_used_at() == before
    travel(2)
    before = last_used_at()
    with django_assert_num_queries(1):
        api.get(PROFILE_URL, token=token)
    assert last_used_at() > before


def test_use_of_a_page_is_noted_too(alice, browser_of, travel):
    browser = browser_of(alice)
    travel(61)
    before = Session.objects.get().last_used_at
    browser.get("/profile/")
    assert Session.objects.get().last_used_at > before


def test_an_ended_session_is_not_used_any_more(api, sign_in, travel):
    token = sign_in()["token"]
    Session.objects.all().revoke()
    travel(61)
    before = Session.objects.get().last_used_at
    refused_with(api.get(PROFILE_URL, token=token), 401, "invalid_token")
    assert Session.objects.get().last_used_at == before


def test_one_device_is_signed_out_by_another(api, sign_in, alice, browser_of):
    browser = browser_of(alice)
    web = Session.objects.get()
    token = sign_in()["token"]
    response = api.request("DELETE", f"/api/auth/sessions/{web.pk}", token=token)
    assert response.status_code == 200
    assert browser.get("/profile/")["Location"] == "/login/"
    assert api.get(PROFILE_URL, token=token).status_code == 200
    again = api.request("DELETE", f"/api/auth/sessions/{web.pk}", token=token)
    refused_with(again, 404, "session_not_found")


def test_somebody_else_s_session_is_not_found(api, alice, bob, token_of):
    token_of(bob)
    foreign = Session.objects.get(user=bob)
    token = token_of(alice)
    for session_id in (foreign.pk, uuid.uuid4()):
        response = api.request("DELETE", f"/api/auth/sessions/{session_id}", token=token)
        refused_with(response, 404, "session_not_found")
    assert Session.objects.live().filter(pk=foreign.pk).exists()
    response = api.request("DELETE", "/api/auth/sessions/1", token=token)
    refused_with(response, 404, "not_found")


def test_all_other_devices_are_signed_out(api, sign_in, bob, token_of):
    others = [sign_in()["token"] for _ in range(2)]
    bobs = token_of(bob)
    mine = sign_in()["token"]
    response = api.request("DELETE", "/api/auth/sessions", token=mine)
    assert response.json()["data"]["ended"] == 2
    for token in others:
        refused_with(api.get(PROFILE_URL, token=token), 401, "invalid_token")
    assert len(api.get("/api/auth/sessions", token=mine).json()["data"]) == 1
    assert api.get("/api/auth/sessions", token=bobs).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/auth/sessions"),
        ("DELETE", "/api/auth/sessions"),
        ("DELETE", f"/api/auth/sessions/{uuid.UUID(int=1)}"),
    ],
)
def test_sessions_are_for_who_is_signed_in(api, db, method, path):
    refused_with(api.request(method, path), 401, "not_authenticated")


def test_the_page_lists_the_devices(alice, browser_of, sign_in):
    sign_in(REMOTE_ADDR="203.0.113.7")
    page = browser_of(alice).get("/profile/devices/").content.decode()
    assert "Loopin app on iPhone" in page
    assert "203.0.113.7" in page
    assert page.count("This device") == 1
    assert page.count("/end/") == 2 * 2  # the app and all others, for forms and htmx


def test_the_page_signs_one_device_out(api, alice, browser_of, sign_in):
    token = sign_in()["token"]
    browser = browser_of(alice)
    page = browser.get("/profile/devices/").content.decode()
    action = re.search(r'action="(/profile/devices/[0-9a-f-]{36}/end/)"', page)[1]
    response = browser.post(action, follow=True)
    assert "That device is signed out." in response.content.decode()
    assert api.get(PROFILE_URL, token=token).status_code == 401
    response = browser.post(action, follow=True)
    assert "This device is not signed in any more." in response.content.decode()


def test_the_page_signs_all_others_out(api, alice, browser_of, sign_in):
    tokens = [sign_in()["token"], sign_in()["token"]]
    browser = browser_of(alice)
    response = browser.post("/profile/devices/others/end/", follow=True)
    page = response.content.decode()
    assert "All other devices are signed out." in page
    assert "Sign out all other devices" not in page
    assert [api.get(PROFILE_URL, token=token).status_code for token in tokens] == [401, 401]


def test_the_page_ends_nobody_else_s_session(alice, bob, browser_of, token_of):
    token_of(bob)
    foreign = Session.objects.get(user=bob)
    browser_of(alice).post(f"/profile/devices/{foreign.pk}/end/")
    assert Session.objects.live().filter(pk=foreign.pk).exists()


def test_visitors_have_no_devices(db):
    assert Client().get("/profile/devices/")["Location"] == "/login/"
    assert Client().post("/profile/devices/others/end/")["Location"] == "/login/"


@pytest.mark.parametrize("path", ["others", str(uuid.UUID(int=1))])
def test_signing_out_needs_a_post_and_its_csrf_token(alice, browser_of, path):
    url = f"/profile/devices/{path}/end/"
    assert browser_of(alice).get(url).status_code == 405
    assert Client(enforce_csrf_checks=True).post(url).status_code == 403


def test_the_page_is_not_stored(alice, browser_of):
    assert "no-store" in browser_of(alice).get("/profile/devices/")["Cache-Control"]


def test_staff_sessions_name_their_device(client, manager):
    client.post(
        "/django/admin/login/",
        {"username": "mona", "password": "battery staple"},
        headers={"User-Agent": PHONE},
    )
    session = Session.objects.get()
    assert (session.device, session.ip_address) == ("Chrome on Android", "127.0.0.1")
