"""The step that asks for a number: its country, and what is remembered of it."""

import re

import pytest
from django.test import Client

from accounts.phone import countries
from accounts.phone.grouping import grouped
from tests.cast import ALICE, BOB, DAVE
from tests.each import each

PAGES = ["/", "/signup/", "/login/"]


@pytest.fixture
def visitor(sms, db) -> Client:
    return Client()


def content(response) -> str:
    return response.content.decode()


def options(page: str) -> list[str]:
    return re.findall(r'<option value="([A-Z]{2})">', page)


def typed_number(page: str) -> str:
    field = re.search(r'<input[^>]*name="phone_number"[^>]*>', page)[0]
    value = re.search(r'value="([^"]*)"', field)
    return value[1] if value else ""


@pytest.mark.parametrize("path", PAGES)
def test_the_country_is_india_until_somebody_says_otherwise(visitor, path):
    page = content(visitor.get(path))
    assert options(page)[0] == "IN"
    assert len(options(page)) == len(set(options(page))) == 245
    assert "India (+91)" in page
    assert "Why we ask" in page


def test_a_national_number_gets_its_country_s_code(visitor, sms):
    form = {"country": "GB", "phone_number": "07400 123456"}
    assert visitor.post("/signup/", form)["Location"] == "/verify/"
    assert sms.messages[0]["To"] == "+447400123456"


def test_a_plus_overrides_the_country(visitor, sms):
    visitor.post("/login/", {"country": "GB", "phone_number": "+91 99001 12233"})
    assert sms.messages[0]["To"] == DAVE


def test_without_a_country_the_number_is_india_s(visitor, sms):
    visitor.post("/signup/", {"phone_number": "99001 12233"})
    assert sms.messages[0]["To"] == DAVE


def test_a_wrong_number_stays_with_its_country_and_is_explained(visitor, sms):
    response = visitor.post("/signup/", {"country": "GB", "phone_number": "07400 12345"})
    page = content(response)
    assert response.status_code == 422
    assert "This number is one digit short." in page
    assert options(page)[:2] == ["GB", "IN"]
    assert typed_number(page) == "07400 12345"
    assert sms.messages == []


@each("country", ["XX", "in", "<script>", "001"])
def test_a_country_that_is_none_is_refused(visitor, sms, country):
    response = visitor.post("/signup/", {"country": country, "phone_number": "99001 12233"})
    assert response.status_code == 422
    assert "Choose from the list." in content(response)
    assert "<script>alert" not in content(response)
    assert sms.messages == []


@pytest.mark.parametrize("path", PAGES)
def test_coming_back_shows_the_number_in_its_country(visitor, path):
    visitor.post("/signup/", {"country": "GB", "phone_number": "07400 123456"})
    page = content(visitor.get(path))
    assert options(page)[0] == "GB"
    assert typed_number(page) == "7400 123456"


def test_a_number_of_no_country_comes_back_whole(visitor):
    visitor.post("/signup/", {"phone_number": "+1234567890"})
    page = content(visitor.get("/signup/"))
    assert options(page)[0] == "IN"
    assert typed_number(page) == "+1234567890"


def test_the_address_s_country_is_offered_where_a_proxy_tells_it(visitor, settings):
    told = {"CF-IPCountry": "NP"}
    assert options(content(visitor.get("/signup/", headers=told)))[0] == "IN"
    settings.IP_COUNTRY_HEADER, settings.TRUSTED_PROXY_COUNT = "CF-IPCountry", 1
    assert options(content(visitor.get("/signup/", headers=told)))[:2] == ["NP", "IN"]
    nowhere = {"CF-IPCountry": "T1"}
    assert options(content(visitor.get("/signup/", headers=nowhere)))[0] == "IN"


def test_only_the_countries_that_codes_are_sent_to_can_be_chosen(visitor, sms, settings):
    settings.SMS_ALLOWED_COUNTRIES = ["NP", "LK"]
    assert options(content(visitor.get("/signup/"))) == ["LK", "NP"]
    response = visitor.post("/signup/", {"country": "IN", "phone_number": "99001 12233"})
    assert response.status_code == 422
    response = visitor.post("/signup/", {"country": "NP", "phone_number": "+919900112233"})
    assert "We do not send codes to this country yet." in content(response)
    assert sms.messages == []


def test_one_country_needs_no_choice(visitor, sms, settings):
    settings.SMS_ALLOWED_COUNTRIES = ["IN"]
    page = content(visitor.get("/signup/"))
    assert "<select" not in page
    assert '<span aria-hidden="true">+91</span>' in page
    visitor.post("/signup/", {"country": "GB", "phone_number": "99001 12233"})
    assert sms.messages[0]["To"] == DAVE


def test_nothing_is_filled_in_for_the_person(visitor):
    page = content(visitor.get("/signup/"))
    assert "placeholder" not in page
    assert typed_number(page) == ""


def test_changing_the_number_begins_in_the_country_of_the_old_one(alice, browser_of, sms):
    browser = browser_of(alice)
    assert options(content(browser.get("/profile/phone/")))[0] == "IN"
    browser.post("/profile/phone/", {"country": "IN", "phone_number": BOB[3:]})
    page = content(browser.get("/profile/phone/verify/"))
    assert grouped(BOB) in page
    assert "We sent you a code." in page
    assert typed_number(content(browser.get("/profile/phone/"))) == "98765 43210"


def test_the_number_stands_in_no_address(visitor):
    form = {"country": "IN", "phone_number": "62058 29376"}
    response = visitor.post("/signup/", form, follow=True)
    assert all(ALICE[3:] not in url for url, _ in response.redirect_chain)
    assert content(response).count("We sent you a code.") == 1
    assert "We sent you a code." not in content(visitor.get("/verify/"))


def test_countries_stand_in_the_order_of_their_names():
    html = str(countries.render_options("IN"))
    names = re.findall(r">([^<(]+) \(", html)
    assert names[0] == "India"
    assert names[1:3] == ["Afghanistan", "Åland Islands"]
    assert names[-1] == "Zimbabwe"
