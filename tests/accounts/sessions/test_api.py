"""Where people are signed in: renewing tokens, listing devices, signing them out."""

import hashlib
import re
import uuid

import pytest
from django.test import Client

from accounts import signals
from accounts.models import Session, User
from accounts.sessions.refresh_tokens import RefreshToken
from tests.cast import ALICE
from tests.each import each

PROFILE_URL = "/api/auth/profile"
PHONE = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"


@pytest.fixture
def sign_in(api, sms, alice, travel):
    """`sign_in()`: what Alice's app is answered when she signs in on one more device."""

    def verify(user_agent="Loopin/2.1 (iPhone; iOS 17.5)", **extra):
        travel(31)
        api.post("/api/auth/login", {"phone_number": ALICE})
        body = {"phone_number": ALICE, "otp_code": sms.last_code(ALICE)}
        headers = {"User-Agent": user_agent}
        return api.post("/api/auth/verify-login", body, headers=headers, **extra).json()

    return verify


@pytest.fixture
def refresh(api):
    def renew(refresh_token):
        return api.post("/api/auth/refresh", {"refresh_token": refresh_token})

    return renew


@pytest.fixture
def reuses():
    """Each reuse of a refresh token that was announced."""
    told = []

    def listen(sender, **facts):
        told.append((facts["user_id"], facts["session_id"]))

    signals.refresh_reused.connect(listen)
    yield told
    signals.refresh_reused.disconnect(listen)


def refused_with(response, status, code):
    assert (response.status_code, response.json()["code"]) == (status, code)
    if status == 401:
        assert response["WWW-Authenticate"].startswith("Bearer")


def test_a_refresh_token_is_exchanged_for_a_token_and_its_successor(api, sign_in, refresh):
    answer = sign_in()
    response = refresh(answer["data"]["refresh_token"])
    renewed = response.json()
    assert response.status_code == 200
    assert renewed["data"].keys() == {"refresh_token", "expires_in"}
    assert renewed["data"]["refresh_token"] != answer["data"]["refresh_token"]
    assert renewed["token"] != answer["token"]
    assert api.get(PROFILE_URL, token=renewed["token"]).status_code == 200
    assert refresh(renewed["data"]["refresh_token"]).status_code == 200
    assert Session.objects.count() == 1


def test_verify_otp_gives_a_refresh_token_too(api, sms, db, refresh):
    api.post("/api/auth/signup", {"phone_number": ALICE})
    body = {"phone_number": ALICE, "otp_code": sms.last_code(ALICE)}
    answer = api.post("/api/auth/verify-otp", body).json()
    assert refresh(answer["data"]["refresh_token"]).status_code == 200


def test_the_database_holds_a_hash_of_the_refresh_token_alone(sign_in):
    text = sign_in()["data"]["refresh_token"]
    token = RefreshToken.parse(text)
    assert len(token.secret) * 8 == 256
    session = Session.objects.values().get()
    expected = hashlib.sha256(token.session_id.bytes + token.secret).hexdigest()
    assert session["refresh_hash"] == expected
    assert text not in str(session)
    assert token.secret.hex() not in str(session)
    assert str(token) not in repr(token)


def test_two_sign_ins_share_nothing(sign_in):
    tokens = {RefreshToken.parse(sign_in()["data"]["refresh_token"]) for _ in range(3)}
    assert len({token.secret for token in tokens}) == len({t.session_id for t in tokens}) == 3


def test_a_lost_answer_can_be_asked_for_again_within_ten_seconds(
    api, sign_in, refresh, reuses, travel
):
    parent = sign_in()["data"]["refresh_token"]
    first = refresh(parent).json()
    travel(9)
    again = refresh(parent).json()
    assert again["data"]["refresh_token"] == first["data"]["refresh_token"]
    assert api.get(PROFILE_URL, token=again["token"]).status_code == 200
    assert reuses == []


def test_a_refresh_token_used_again_later_ends_the_session_for_both(
    api, sign_in, refresh, reuses, travel, alice
):
    answer = sign_in()
    parent = answer["data"]["refresh_token"]
    renewed = refresh(parent).json()
    travel(11)
    refused_with(refresh(parent), 401, "invalid_token")
    refused_with(api.get(PROFILE_URL, token=answer["token"]), 401, "invalid_token")
    refused_with(api.get(PROFILE_URL, token=renewed["token"]), 401, "invalid_token")
    refused_with(refresh(renewed["data"]["refresh_token"]), 401, "invalid_token")
    assert reuses == [(alice.pk, Session.objects.get().pk)]


def test_a_token_that_was_replaced_twice_is_reuse_at_once(sign_in, refresh, reuses):
    grandparent = sign_in()["data"]["refresh_token"]
    parent = refresh(grandparent).json()["data"]["refresh_token"]
    refresh(parent)
    refused_with(refresh(grandparent), 401, "invalid_token")
    assert len(reuses) == 1
    refused_with(refresh(parent), 401, "invalid_token")
    assert len(reuses) == 1  # told once


def test_reuse_ends_no_other_session(api, sign_in, refresh, travel):
    other = sign_in()
    parent = sign_in()["data"]["refresh_token"]
    refresh(parent)
    travel(11)
    refresh(parent)
    assert api.get(PROFILE_URL, token=other["token"]).status_code == 200


@each("forged", ["", "x", "é", "A" * 88, "A" * 5000, "null"])
def test_an_invented_refresh_token_is_refused(refresh, db, forged):
    refused_with(refresh(forged), 401, "invalid_token")


def test_an_invented_refresh_token_does_not_end_the_session(api, sign_in, refresh, reuses):
    """Whoever knows the session's id, which is in every access token, cannot end it so."""
    answer = sign_in()
    text = answer["data"]["refresh_token"]
    flipped = ("B" if text[40] == "A" else "A").join([text[:40], text[41:]])
    refused_with(refresh(flipped), 401, "invalid_token")
    assert reuses == []
    assert api.get(PROFILE_URL, token=answer["token"]).status_code == 200


def test_an_access_token_is_no_refresh_token_nor_the_other_way_round(api, sign_in, refresh):
    answer = sign_in()
    refused_with(refresh(answer["token"]), 401, "invalid_token")
    response = api.get(PROFILE_URL, token=answer["data"]["refresh_token"])
    refused_with(response, 401, "invalid_token")


def test_a_session_lives_thirty_days_in_all_however_often_it_is_renewed(sign_in, refresh, travel):
    token = sign_in()["data"]["refresh_token"]
    for _ in range(2):
        travel(14 * 24 * 3600)
        token = refresh(token).json()["data"]["refresh_token"]
    travel(2 * 24 * 3600 + 1)
    refused_with(refresh(token), 401, "token_expired")


def test_logging_out_ends_the_refresh_token(api, sign_in, refresh, reuses):
    answer = sign_in()
    api.post("/api/auth/logout", token=answer["token"])
    refused_with(refresh(answer["data"]["refresh_token"]), 401, "invalid_token")
    assert reuses == []


def test_a_deactivated_account_is_not_renewed(sign_in, refresh, alice):
    token = sign_in()["data"]["refresh_token"]
    User.objects.filter(pk=alice.pk).update(is_active=False)
    refused_with(refresh(token), 403, "account_inactive")


@pytest.mark.parametrize("body", [{}, {"refresh_token": 5}, {"refresh_token": None}])
def test_a_body_without_a_refresh_token_is_refused(api, db, body):
    refused_with(api.post("/api/auth/refresh", body), 422, "validation_error")


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
    with django_assert_num_queries(2):
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
