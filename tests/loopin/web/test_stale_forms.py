"""A form whose token is out of date does nothing, and is shown again with what was typed."""

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import PhoneOTP, Session, User, UserProfile
from accounts.phone.grouping import grouped
from tests.cast import ALICE, BOB, CAROL, DAVE
from tests.page_forms import form_of

HTMX = {"HX-Request": "true", "HX-Target": "step"}
SAID = "Nothing was sent, because this page was out of date. Please send it once more."
TOLD = "That page was out of date, so nothing was sent."
NEW_PASSWORD = "a good long sentence"

NUMBER = {"phone_number": ["50 123 4567"]}
BORN = {"birth_date_day": ["31"], "birth_date_month": ["2"], "birth_date_year": ["98"]}
OF_VISITORS = {
    "/signup/": NUMBER | {"contact_consent": ["on"]},
    "/login/": NUMBER,
    "/password/": NUMBER,
    "/login/email/": {"email": ["asha@"]},
    "/django/admin/login/": {"username": ["mona 2"]},
}
OF_CUSTOMERS = {
    "/profile/edit/about/": {"name": ["<Ali> & Co"], "gender": ["other"]} | BORN,
    "/profile/edit/interests/": {"event_interests": ["2", "7", "9"]},
    "/profile/edit/more/": {"location": [""], "bio": ["\nTwo\nlines"], "email": ["alice@"]},
    "/profile/phone/": NUMBER,
}
OF_NEWCOMERS = {
    "/profile/complete/about/": {"name": ["A"], "gender": ["male"]} | BORN,
}
SECRETS = {"password": NEW_PASSWORD, "password_confirm": NEW_PASSWORD, "otp_code": "98765432"}


def opened(browser: Client, path: str) -> dict[str, Any]:
    """What the form of the page at this address would send, by now in an open tab."""
    return form_of(browser.get(path), path)


def strict(browser: Client | None = None) -> Client:
    """The same browser, whose tokens are checked."""
    checked = Client(enforce_csrf_checks=True)
    if browser is not None:
        checked.cookies = browser.cookies
    return checked


def make_stale(browser: Client) -> None:
    """What signing in or out in another tab does to the tokens of this one."""
    browser.cookies["csrftoken"] = "s" * 32


def send(browser: Client, path: str, form: dict[str, Any], **headers: str) -> HttpResponse:
    return browser.post(path, form, headers=headers)


def check_repaired(page: HttpResponse, path: str, typed: dict[str, Any]) -> dict[str, Any]:
    """The page asks once more, and its form has what was typed and nothing secret."""
    assert page.status_code == 403
    assert SAID in page.text
    assert not [secret for secret in SECRETS.values() if secret in page.text]
    form = form_of(page, path)
    assert {name: sorted(form.get(name, [])) for name in typed} == typed
    return form


@pytest.fixture
def rows(db):
    """`rows()`: how much there is of what forms change."""

    def count():
        kinds = (PhoneOTP, Session, User)
        return [*(kind.objects.count() for kind in kinds), *UserProfile.objects.values()]

    return count


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
@pytest.mark.parametrize("path", OF_VISITORS)
def test_a_visitor_s_form_comes_back_filled(sms, rows, path, headers):
    browser, typed = strict(), OF_VISITORS[path]
    sent = opened(browser, path) | typed | SECRETS
    make_stale(browser)
    before = rows()
    form = check_repaired(send(browser, path, sent, **headers), path, typed)
    assert (rows(), sms.messages) == (before, [])
    assert form["csrfmiddlewaretoken"] != sent["csrfmiddlewaretoken"]
    assert SAID not in send(browser, path, form | SECRETS, **headers).content.decode()


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
@pytest.mark.parametrize("path", OF_CUSTOMERS)
def test_a_customer_s_form_comes_back_filled(alice, browser_of, rows, sms, path, headers):
    browser, typed = strict(browser_of(alice)), OF_CUSTOMERS[path]
    sent = opened(browser, path) | typed
    make_stale(browser)
    before = rows()
    form = check_repaired(send(browser, path, sent, **headers), path, typed)
    assert (rows(), sms.messages) == (before, [])
    assert SAID not in send(browser, path, form, **headers).content.decode()


@pytest.mark.parametrize("path", OF_NEWCOMERS)
def test_a_newcomer_s_form_comes_back_filled(bob, browser_of, path):
    browser, typed = strict(browser_of(bob)), OF_NEWCOMERS[path]
    sent = opened(browser, path) | typed
    make_stale(browser)
    check_repaired(send(browser, path, sent), path, typed)


def test_what_is_asked_for_happens_once_with_the_second_form(sms, db):
    browser = strict()
    sent = opened(browser, "/signup/") | {"phone_number": [DAVE]}
    browser.cookies.clear()
    again = form_of(send(browser, "/signup/", sent), "/signup/")
    assert len(sms.messages) == 0
    assert send(browser, "/signup/", again)["Location"] == "/verify/"
    assert len(sms.messages) == 1


def test_a_section_of_the_profile_is_saved_with_the_second_form(alice, browser_of):
    browser, path = strict(browser_of(alice)), "/profile/edit/more/"
    sent = opened(browser, path) | {"bio": ["Rows."]}
    make_stale(browser)
    again = form_of(send(browser, path, sent), path)
    assert not UserProfile.objects.get().bio
    assert send(browser, path, again)["Location"] == "/profile/"
    assert UserProfile.objects.get().bio == "Rows."


def test_a_section_that_is_open_in_place_comes_back_in_place(alice, browser_of):
    browser, path = strict(browser_of(alice)), "/profile/edit/more/"
    sent = opened(browser, path) | {"bio": ["Rows."]}
    make_stale(browser)
    page = send(browser, path, sent, **{"HX-Request": "true", "HX-Target": "section-more"})
    assert "<h1>" not in page.text
    check_repaired(page, path, {"bio": ["Rows."]})


def test_a_code_is_typed_again_for_the_number_of_its_tab(sms, db):
    browser = strict()
    for number in (ALICE, BOB):
        browser.post("/signup/", opened(browser, "/signup/") | {"phone_number": [number]})
        if number == ALICE:
            first = opened(browser, "/verify/")
    make_stale(browser)
    page = send(browser, "/verify/", first | {"otp_code": ["4321"]})
    again = check_repaired(page, "/verify/", {"pending_number": first["pending_number"]})
    assert grouped(ALICE) in page.text
    assert not Session.objects.exists()
    signed_in = send(browser, "/verify/", again | {"otp_code": [sms.last_code(ALICE)]})
    assert signed_in["Location"] == "/profile/"


@pytest.mark.parametrize("path", ["/signup/", "/login/", "/verify/", "/login/email/", "/password/"])
def test_whoever_is_signed_in_meanwhile_goes_on(alice, browser_of, sms, path):
    browser = browser_of(alice)
    form = opened(Client(), "/signup/") | {"otp_code": ["1234"]}
    make_stale(browser)
    answer = send(strict(browser), path, form)
    assert (answer.status_code, answer["Location"]) == (302, "/profile/")
    assert TOLD in strict(browser).get("/profile/").text
    whole = send(strict(browser), path, form, **HTMX)
    assert whole["HX-Redirect"] == "/profile/"


BUTTONS = {
    "/verify/resend/": "/verify/",
    "/profile/contact/": "/profile/",
    "/profile/delete/code/": "/profile/delete/",
    "/profile/pictures/order/": "/profile/pictures/",
    "/profile/devices/others/end/": "/profile/devices/",
    "/logout/": "/profile/",
    "/language/": "/signup/",
}


@pytest.mark.parametrize("path", BUTTONS)
def test_a_button_leads_back_to_its_page_which_says_that_nothing_was_done(
    alice, browser_of, rows, sms, path
):
    browser = browser_of(alice)
    make_stale(browser)
    before = rows()
    page = f"http://testserver{BUTTONS[path]}"
    form = {"csrfmiddlewaretoken": "f" * 64, "language": "hi"}
    answer = send(strict(browser), path, form, Referer=page)
    assert answer["Location"] == page
    assert "django_language" not in answer.cookies
    assert TOLD in strict(browser).get(answer["Location"], follow=True).text
    assert (rows(), sms.messages) == (before, [])


def test_a_button_of_nowhere_leads_to_no_other_site(db):
    for page in ("https://evil.example/", "//evil.example/", "javascript:1", ""):
        form = {"csrfmiddlewaretoken": "f" * 64}
        assert send(strict(), "/logout/", form, Referer=page)["Location"] == "/"


def test_nobody_is_shown_what_somebody_else_typed(alice, bob, browser_of):
    """Alice left a tab open, and Bob signed in to the same browser."""
    path = "/profile/phone/"
    sent = opened(browser_of(alice), path) | {"phone_number": ["50 123 4567"]}
    browser = browser_of(bob)
    make_stale(browser)
    page = send(strict(browser), path, sent)
    assert page.status_code == 403
    assert SAID in page.text
    assert "50 123 4567" not in page.text
    sent.pop("form_owner")
    assert "50 123 4567" not in send(strict(browser), path, sent).text


def test_a_form_names_nobody(alice, browser_of):
    [owner] = opened(browser_of(alice), "/profile/phone/")["form_owner"]
    assert re.fullmatch("[0-9a-f]{16}", owner)


def test_a_form_of_another_site_is_not_shown(db):
    form = {"csrfmiddlewaretoken": "f" * 64, "phone_number": CAROL}
    page = send(strict(), "/signup/", form, Origin="https://evil.example")
    assert page.status_code == 403
    assert "This form is out of date" in page.text
    assert CAROL not in page.text


def test_what_is_no_form_of_ours_is_refused(db):
    assert "This form is out of date" in strict().post("/signup/", {"phone_number": CAROL}).text


@pytest.mark.parametrize("path", ["/leads/bulk/", "/django/admin/accounts/user/add/"])
def test_pages_of_staff_stay_closed(alice, browser_of, path):
    answer = send(strict(browser_of(alice)), path, {"csrfmiddlewaretoken": "f" * 64})
    assert answer.status_code == 403


def test_the_country_comes_back_too(db, settings):
    settings.SMS_ALLOWED_COUNTRIES = ["IN", "AE"]
    browser, typed = strict(), NUMBER | {"country": ["AE"]}
    sent = opened(browser, "/signup/") | typed
    make_stale(browser)
    check_repaired(send(browser, "/signup/", sent), "/signup/", typed)


def test_a_browser_without_cookies_is_told_to_keep_them(db):
    form = {"csrfmiddlewaretoken": "f" * 64, "phone_number": CAROL}
    page = send(strict(), "/signup/", form)
    assert "let this site keep cookies" in page.text
    assert SAID in page.text
