"""Signing up, in and out, and the profile, in a browser without JavaScript."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import PhoneOTP, Session, User
from accounts.phone.grouping import grouped
from leads.models import Lead
from tests.cast import ALICE, BOB, DAVE
from tests.codes import wrong
from tests.each import each
from tests.steps import send, send_all


@pytest.fixture
def visitor(sms, db) -> Client:
    return Client()


def ask(browser, phone_number, page="/signup/"):
    return browser.post(page, {"phone_number": phone_number})


def test_a_person_can_sign_up_and_log_out(visitor, sms):
    assert visitor.get("/").status_code == 200
    assert visitor.get("/signup/").status_code == 200
    assert ask(visitor, DAVE)["Location"] == "/verify/"
    assert grouped(DAVE) in visitor.get("/verify/").content.decode()
    response = visitor.post("/verify/", {"otp_code": sms.last_code(DAVE)})
    assert response["Location"] == "/profile/"
    assert visitor.get("/profile/")["Location"] == "/profile/complete/"
    assert visitor.get("/profile/complete/")["Location"] == "/profile/complete/about/"
    assert send_all(visitor)["Location"] == "/profile/"
    page = visitor.get("/profile/").content.decode()
    assert "Alice D&#x27;Souza" in page
    assert page.count('src="/media/') == 2
    assert 'referrerpolicy="no-referrer"' in page
    lead = Lead.objects.get()
    assert (lead.source, lead.status) == ("web", "converted")
    assert visitor.post("/logout/")["Location"] == "/"
    assert visitor.get("/profile/")["Location"] == "/login/"


def test_the_number_is_in_no_address(visitor, sms):
    response = visitor.post("/signup/", {"phone_number": DAVE}, follow=True)
    assert all(DAVE[1:] not in url for url, _ in response.redirect_chain)


@pytest.mark.parametrize("page", ["/signup/", "/login/"])
def test_known_and_new_numbers_look_the_same(sms, alice, page):
    seen = set()
    for phone_number in (ALICE, DAVE):
        browser = Client()
        response = browser.post(page, {"phone_number": phone_number}, follow=True)
        text = response.content.decode().replace(grouped(phone_number), "NUMBER")
        text = re.sub(r'value="([^"]{64}|[0-9a-f]{32})"|"X-CSRFToken": "[^"]+"', "", text)
        seen.add((response.status_code, tuple(response.redirect_chain), text))
    assert len(seen) == 1


def test_the_fields_help_phones_to_fill_them(visitor, sms):
    page = visitor.get("/signup/").content.decode()
    assert 'autocomplete="tel"' in page
    assert 'type="tel"' in page
    ask(visitor, DAVE)
    page = visitor.get("/verify/").content.decode()
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page


def test_a_wrong_number_is_explained_beside_the_field(visitor, sms):
    response = ask(visitor, "12")
    page = response.content.decode()
    assert response.status_code == 422
    assert "This number is 8 digits short." in page
    assert 'aria-invalid="true"' in page
    assert 'value="12"' in page
    assert sms.messages == []


def test_wrong_codes_are_counted_and_then_locked(visitor, sms):
    ask(visitor, DAVE)
    code = sms.last_code(DAVE)
    for said in ("You can try 2 more times.", "You can try 1 more time.", "Ask for a new one."):
        response = visitor.post("/verify/", {"otp_code": wrong(code)})
        assert response.status_code == 400
        assert f"That code is not right. {said}" in response.content.decode()
    response = visitor.post("/verify/", {"otp_code": code})
    assert response.status_code == 429
    assert "This code cannot be tried any more." in response.content.decode()
    assert Session.objects.count() == 0


def test_api_and_page_share_the_attempts(visitor, api, sms):
    ask(visitor, DAVE)
    code = sms.last_code(DAVE)
    api.post("/api/auth/verify-otp", {"phone_number": DAVE, "otp_code": wrong(code)})
    response = visitor.post("/verify/", {"otp_code": wrong(code)})
    assert "You can try 1 more time." in response.content.decode()


def test_a_code_can_be_sent_again_after_a_while(visitor, sms, travel):
    ask(visitor, DAVE)
    page = visitor.post("/verify/resend/", follow=True).content.decode()
    assert "in 30 seconds" in page or "in 29 seconds" in page
    assert len(sms.messages) == 1
    travel(31)
    page = visitor.post("/verify/resend/", follow=True).content.decode()
    assert "new code" in page
    assert len(sms.messages) == 2
    response = visitor.post("/verify/", {"otp_code": sms.last_code(DAVE)})
    assert response["Location"] == "/profile/"


def test_a_double_click_sends_one_code_and_goes_on(visitor, sms):
    assert ask(visitor, DAVE)["Location"] == "/verify/"
    assert ask(visitor, DAVE)["Location"] == "/verify/"
    assert len(sms.messages) == 1


@pytest.mark.parametrize(("behaviour", "status"), [(21211, 422), (20500, 503)])
def test_a_provider_that_fails_is_explained(visitor, sms, behaviour, status):
    sms.behaviour = behaviour
    response = ask(visitor, DAVE)
    assert response.status_code == status
    assert "We cannot send" in response.content.decode()
    assert PhoneOTP.objects.count() == 0


def test_the_code_step_needs_a_number(visitor):
    assert visitor.get("/verify/")["Location"] == "/signup/"
    assert visitor.post("/verify/", {"otp_code": "1234"})["Location"] == "/signup/"
    assert visitor.post("/verify/resend/")["Location"] == "/signup/"


def test_a_deactivated_account_is_told_after_the_right_code_only(visitor, sms, alice):
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert ask(visitor, ALICE)["Location"] == "/verify/"
    response = visitor.post("/verify/", {"otp_code": sms.last_code(ALICE)})
    assert response.status_code == 403
    assert "deactivated" in response.content.decode()
    assert Session.objects.count() == 0


def test_signing_in_takes_a_fresh_cookie_and_csrf_token(sms, alice):
    browser = Client(enforce_csrf_checks=True)
    token = browser.get("/login/").cookies["csrftoken"].value

    def post(path, data):
        return browser.post(
            path, data | {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value}
        )

    post("/login/", {"phone_number": ALICE})
    before = browser.cookies["sessionid"].value
    response = post("/verify/", {"otp_code": sms.last_code(ALICE)})
    assert response.cookies["sessionid"].value != before
    assert response.cookies["csrftoken"].value != token
    assert response.cookies["sessionid"]["httponly"]
    assert response.cookies["sessionid"]["samesite"] == "Lax"
    # The cookie from before opens nothing.
    browser.cookies["sessionid"] = before
    assert browser.get("/profile/")["Location"] == "/login/"


@each(
    "path",
    ["/signup/", "/login/", "/verify/", "/verify/resend/", "/logout/", "/profile/edit/about/"],
)
def test_every_post_needs_its_csrf_token(db, path):
    assert Client(enforce_csrf_checks=True).post(path, {}).status_code == 403


def test_logging_out_ends_the_session_even_for_a_copied_cookie(alice, browser_of):
    browser = browser_of(alice)
    copied = browser.cookies["sessionid"].value
    browser.post("/logout/")
    thief = Client()
    thief.cookies["sessionid"] = copied
    assert thief.get("/profile/")["Location"] == "/login/"


def test_deactivation_ends_a_browser_s_session(alice, browser_of):
    browser = browser_of(alice)
    assert browser.get("/profile/").status_code == 200
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert browser.get("/profile/")["Location"] == "/login/"


def test_logging_out_is_a_post(alice, browser_of):
    browser = browser_of(alice)
    assert browser.get("/logout/").status_code == 405
    assert browser.get("/profile/").status_code == 200


@each("path", ["/", "/signup/", "/login/", "/verify/"])
def test_who_is_signed_in_skips_the_steps(alice, browser_of, path):
    assert browser_of(alice).get(path)["Location"] == "/profile/"


def test_staff_who_wander_in_land_on_their_desk(staff, browser_of):
    browser = browser_of(staff)
    for path in ("/", "/login/", "/profile/", "/profile/complete/"):
        assert browser.get(path)["Location"] == "/leads/"


def test_what_people_write_is_text_not_markup(bob, browser_of):
    browser = browser_of(bob)
    send_all(browser, "about", "interests", "pictures")
    send(browser, "more", bio="<script>alert(1)</script>")
    assert b"<script>alert(1)" not in browser.get("/profile/").content


@each("path", ["/profile/", "/profile/edit/about/", "/verify/", "/leads/"])
def test_personal_pages_are_not_stored(alice, browser_of, path):
    assert "no-store" in browser_of(alice).get(path)["Cache-Control"]


HTMX = {"HX-Request": "true", "HX-Target": "step"}


def test_htmx_gets_the_step_alone(visitor, sms):
    response = visitor.get("/signup/", headers=HTMX)
    assert b"<html" not in response.content
    assert b"<form" in response.content
    response = visitor.post("/signup/", {"phone_number": DAVE}, headers=HTMX, follow=True)
    assert b"<html" not in response.content
    assert b"one-time-code" in response.content
    assert response["HX-Push-Url"] == "/verify/"


def test_htmx_gets_errors_with_their_status(visitor, sms):
    response = visitor.post("/signup/", {"phone_number": "1"}, headers=HTMX)
    assert response.status_code == 422
    assert b"<html" not in response.content
    assert "HX-Push-Url" not in response


def test_every_page_has_a_name(db):
    for name in (
        "home",
        "signup",
        "login",
        "verify",
        "profile",
        "complete_profile",
    ):
        assert reverse(name)


def test_one_user_s_pages_never_show_another_user(bob, alice, browser_of):
    page = browser_of(alice).get("/profile/").content.decode()
    assert grouped(ALICE) in page
    assert BOB not in page
    assert grouped(BOB) not in page
