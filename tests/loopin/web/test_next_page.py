"""Whoever has to sign in first goes on where they wanted to, and finds what they typed."""

import re

import pytest
from django.test import Client

from accounts.models import Session
from tests.cast import ALICE
from tests.each import each
from tests.page_forms import form_of

HTMX = {"HX-Request": "true"}


@pytest.fixture
def sign_in(alice, sms):
    """`sign_in(browser)`: where the sign-in leads."""

    def give(browser: Client) -> str:
        browser.post("/login/", {"phone_number": ALICE})
        return browser.post("/verify/", {"otp_code": sms.last_code(ALICE)})["Location"]

    return give


@each("path", ["/profile/edit/about/", "/profile/devices/?from=mail", "/profile/delete/"])
def test_signing_in_leads_to_the_page_that_was_asked_for(alice, sms, path):
    browser = Client()
    assert browser.get(path)["Location"] == "/login/"
    browser.post("/login/", {"phone_number": ALICE})
    answer = browser.post("/verify/", {"otp_code": sms.last_code(ALICE)})
    assert answer["Location"] == path


def test_the_last_page_that_was_asked_for_counts(sign_in):
    browser = Client()
    browser.get("/profile/devices/")
    browser.get("/profile/phone/")
    assert sign_in(browser) == "/profile/phone/"


def test_half_an_hour_later_the_profile_comes_first(sign_in):
    browser = Client()
    browser.get("/profile/devices/")
    session = browser.session
    session["next_page"][1] -= 30 * 60
    session.save()
    browser.cookies["sessionid"] = session.session_key
    assert sign_in(browser) == "/profile/"


@pytest.mark.parametrize("path", ["/profile/contact/", "/profile/devices/others/end/"])
def test_a_button_is_not_where_one_goes_on(sign_in, path):
    browser = Client()
    assert browser.post(path)["Location"] == "/login/"
    assert sign_in(browser) == "/profile/"


def test_a_file_is_not_where_one_goes_on(sign_in):
    browser = Client()
    assert browser.get("/profile/export/")["Location"] == "/login/"
    assert sign_in(browser) == "/profile/"


def test_signing_in_by_itself_leads_to_the_profile(sign_in):
    assert sign_in(Client()) == "/profile/"


@pytest.fixture
def ended(alice, browser_of):
    """Alice's browser, with a form that she filled in before her session ended."""
    browser, path = browser_of(alice), "/profile/edit/more/"
    form = form_of(browser.get(path), path) | {"bio": ["Rows & <sings>."]}
    Session.objects.all().delete()
    return browser, path, form


def test_without_javascript_a_page_keeps_what_was_typed(ended, sign_in):
    browser, path, form = ended
    page = browser.post(path, form)
    assert page.status_code == 403
    assert "You are logged out" in page.text
    waiting = form_of(page, path)
    assert waiting["bio"] == form["bio"]
    assert sign_in(browser) == path
    assert browser.post(path, waiting)["Location"] == "/profile/"
    assert browser.get("/profile/export/").json()["profile"]["bio"] == "Rows & <sings>."


def test_with_htmx_the_browser_keeps_it_and_the_sign_in_leads_back(ended, sign_in):
    browser, path, form = ended
    assert browser.post(path, form, headers=HTMX)["HX-Redirect"] == "/login/"
    assert sign_in(browser) == path


def test_a_form_that_is_out_of_date_waits_as_well(ended):
    browser, path, form = ended
    checked = Client(enforce_csrf_checks=True)
    checked.cookies = browser.cookies
    checked.cookies["csrftoken"] = "s" * 32
    waiting = form_of(checked.post(path, form), path)
    assert waiting["bio"] == form["bio"]
    assert waiting["csrfmiddlewaretoken"] != form["csrfmiddlewaretoken"]


def test_scripts_are_told_which_fields_are_codes(alice, browser_of, sms):
    browser = browser_of(alice)
    browser.post("/profile/phone/", {"phone_number": "+919812345678"})
    browser.post("/profile/delete/code/")
    for path in ("/profile/phone/verify/", "/profile/delete/"):
        fields = re.findall(r'<input[^>]*name="(?:old_)?otp_code"[^>]*>', browser.get(path).text)
        assert fields
        assert all("data-secret" in field for field in fields)
