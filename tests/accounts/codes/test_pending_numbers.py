"""A browser may wait for the codes of several numbers at once, one in each tab."""

import re

import pytest
from django.test import Client

from accounts.codes import pending_numbers
from accounts.models import PendingNumber, Session, User
from accounts.phone.grouping import grouped
from tests.cast import ALICE, BOB, CAROL, DAVE
from tests.each import each

NUMBERS = [ALICE, BOB, CAROL, DAVE, "+919900112244", "+919900112255"]


def pending_in(page) -> str:
    """The number that every form of the page is about."""
    [name] = set(re.findall(r'name="pending_number"\s+value="([0-9a-f]{32})"', page.text))
    return name


def ask(browser: Client, phone_number: str, path: str = "/signup/") -> str:
    """Ask for a code in a tab of this browser; the name that its form carries."""
    page = browser.post(path, {"phone_number": phone_number}, follow=True)
    assert page.status_code == 200
    assert grouped(phone_number) in page.text
    return pending_in(page)


def signed_in(browser: Client) -> str:
    session = Session.objects.get(pk=browser.session["sid"])
    return str(User.objects.get(pk=session.user_id).phone_number)


@pytest.fixture
def browser(sms, db) -> Client:
    return Client()


@each("typed, other", [(ALICE, BOB), (BOB, ALICE)])
def test_the_code_of_each_tab_proves_the_number_of_that_tab(sms, db, typed, other):
    browser = Client()
    names = {number: ask(browser, number) for number in (ALICE, BOB)}
    form = {"otp_code": sms.last_code(typed), "pending_number": names[typed]}
    assert browser.post("/verify/", form)["Location"] == "/profile/"
    assert signed_in(browser) == typed
    assert not User.objects.filter(phone_number=other).exists()


def test_a_wrong_code_counts_for_the_number_of_its_tab(browser, sms):
    first, _second = ask(browser, ALICE), ask(browser, BOB)
    refused = browser.post("/verify/", {"otp_code": "00000000", "pending_number": first})
    assert refused.status_code == 422
    assert pending_in(refused) == first
    assert grouped(ALICE) in refused.text
    assert grouped(BOB) not in refused.text


def test_another_code_goes_to_the_number_of_its_tab(browser, sms, travel):
    first, _second = ask(browser, ALICE), ask(browser, BOB)
    travel(31)
    page = browser.post("/verify/resend/", {"pending_number": first}, follow=True)
    assert [message["To"] for message in sms.messages] == [ALICE, BOB, ALICE]
    assert pending_in(page) == first
    assert grouped(ALICE) in page.text


def test_the_page_says_how_the_code_of_its_own_tab_came(browser, sms, travel, settings):
    settings.OTP_CHANNELS = ["sms", "call"]
    settings.TWILIO_PHONE_NUMBER = "+15005550006"
    first, second = ask(browser, ALICE), ask(browser, BOB)
    travel(31)
    browser.post("/verify/resend/", {"pending_number": first, "channel": "call"})
    assert "We are calling" in browser.get("/verify/", {"pending_number": first}).text
    assert "by SMS to" in browser.get("/verify/", {"pending_number": second}).text


def test_without_a_name_the_latest_number_is_meant(browser, sms):
    ask(browser, ALICE)
    second = ask(browser, BOB)
    assert pending_in(browser.get("/verify/")) == second
    assert browser.post("/verify/", {"otp_code": sms.last_code(BOB)})["Location"] == "/profile/"


def test_the_address_names_the_number_where_there_are_several(browser):
    only = browser.post("/signup/", {"phone_number": ALICE})
    another = browser.post("/signup/", {"phone_number": BOB})
    assert only["Location"] == "/verify/"
    assert re.fullmatch(r"/verify/\?pending_number=[0-9a-f]{32}", another["Location"])


def test_an_address_that_names_the_only_number_is_shortened(browser):
    name = ask(browser, ALICE)
    assert browser.get("/verify/", {"pending_number": name})["Location"] == "/verify/"


def test_the_same_number_in_two_tabs_is_one(browser):
    assert ask(browser, ALICE) == ask(browser, ALICE, "/login/")
    assert PendingNumber.objects.count() == 1


def test_a_browser_keeps_a_few_and_the_oldest_says_what_to_do(browser, sms):
    names = [ask(browser, number) for number in NUMBERS]
    assert len(browser.session["phone_number"]) == pending_numbers.MOST == len(NUMBERS) - 1
    form = {"otp_code": sms.last_code(NUMBERS[0]), "pending_number": names[0]}
    over = browser.post("/verify/", form, follow=True)
    assert over.redirect_chain[-1][0] == "/signup/"
    assert "Please enter your number again to get a code." in over.text
    assert "sid" not in browser.session


@each("path", ["/verify/", "/verify/resend/"])
def test_a_name_of_another_browser_is_worth_nothing(db, sms, path):
    """Nobody can be made to sign in as somebody else, nor learn a number, by a name."""
    theirs, code = ask(Client(), ALICE), sms.last_code(ALICE)
    browser = Client()
    assert ask(browser, DAVE) != theirs
    for form in ({"pending_number": theirs}, {"pending_number": theirs, "otp_code": code}):
        assert grouped(ALICE) not in browser.post(path, form, follow=True).text
        assert grouped(ALICE) not in browser.get("/verify/", form, follow=True).text
    assert not Session.objects.exists()


@each("name", ["x", "0" * 32, "../", "' OR 1=1", "\x00"])
def test_a_name_that_is_made_up_is_nobody_s(db, sms, name):
    browser = Client()
    ask(browser, ALICE)
    form = {"otp_code": sms.last_code(ALICE), "pending_number": name}
    assert browser.post("/verify/", form)["Location"] == "/signup/"
    assert not Session.objects.exists()


def test_a_followed_link_and_a_typed_number_do_not_mix(db, sms):
    browser = Client()
    typed = ask(browser, ALICE)
    session = browser.session
    linked = PendingNumber.objects.remember(BOB, is_typed=False)
    session["phone_number"] |= {linked: ""}
    session.save()
    browser.cookies["sessionid"] = session.session_key
    page = browser.get("/verify/", {"pending_number": linked})
    assert grouped(BOB) not in page.text
    assert grouped(ALICE) not in page.text
    assert grouped(ALICE) in browser.get("/verify/", {"pending_number": typed}).text


def test_two_numbers_to_move_to(alice, browser_of, sms):
    browser = browser_of(alice)
    first = ask(browser, DAVE, "/profile/phone/")
    ask(browser, CAROL, "/profile/phone/")
    form = {"otp_code": sms.last_code(DAVE), "pending_number": first}
    assert browser.post("/profile/phone/verify/", form)["Location"] == "/profile/"
    alice.refresh_from_db()
    assert alice.phone_number == DAVE


def test_two_numbers_to_set_a_password_for(alice, bob, browser, sms):
    first = ask(browser, ALICE, "/password/")
    ask(browser, BOB, "/password/")
    new = {"password": "a good long sentence", "password_confirm": "a good long sentence"}
    form = new | {"otp_code": sms.last_code(ALICE), "pending_number": first}
    assert browser.post("/password/new/", form)["Location"] == "/login/email/"
    alice.refresh_from_db()
    bob.refresh_from_db()
    assert alice.has_usable_password()
    assert not bob.has_usable_password()
