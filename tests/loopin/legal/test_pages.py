"""The pages of the notices are for everybody, and forms with personal details lead there."""

import re

import pytest
from django.test import Client

from accounts.models import User
from tests.accounts.conftest import ESHA
from tests.cast import CAROL, DAVE

PATHS = ["/privacy/", "/terms/"]
FORMS_OF_VISITORS = ["/", "/signup/", "/login/", "/login/email/", "/password/"]
FORMS_OF_CUSTOMERS = [
    *("/profile/edit/about/", "/profile/edit/interests/", "/profile/edit/more/"),
    *("/profile/pictures/", "/profile/phone/"),
]


def links_in(page) -> set[str]:
    """Where the page leads beside what is typed, in another tab."""
    return set(re.findall(r'<a href="(/(?:privacy|terms)/)" target="_blank">', page.text))


@pytest.mark.parametrize("path", PATHS)
def test_anybody_reads_a_notice_without_a_statement(client, db, path, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = client.get(path)
    assert page.status_code == 200
    assert page.text.count("<h1>") == 1
    assert "Version 2026-11 of 30 November 2026." in page.text
    assert not page.cookies
    assert "csrfmiddlewaretoken" not in page.text


@pytest.mark.parametrize("path", PATHS)
def test_it_is_the_same_for_whoever_is_signed_in(alice, browser_of, path):
    assert browser_of(alice).get(path).text == Client().get(path).text


@pytest.mark.parametrize("path", PATHS)
def test_it_is_sent_once_and_then_confirmed(client, path):
    first = client.get(path)
    assert first["Cache-Control"] == "no-cache"
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    in_hindi = client.get(path, {"language": "hi"}, headers={"If-None-Match": first["ETag"]})
    assert in_hindi.status_code == 200


def test_each_reader_gets_their_language_and_may_ask_for_another(client):
    page = client.get("/privacy/", headers={"Accept-Language": "hi"})
    assert "<h1>गोपनीयता सूचना</h1>" in page.text
    assert page["Content-Language"] == "hi"
    assert {"Accept-Language", "Cookie"} <= set(page["Vary"].split(", "))
    assert 'href="/privacy/?language=en"' in page.text
    other = client.get("/privacy/", {"language": "en"}, headers={"Accept-Language": "hi"})
    assert "<h1>Privacy notice</h1>" in other.text
    assert other["Content-Language"] == "en"
    assert client.get("/privacy/", {"language": "xx"})["Content-Language"] == "en"


def test_the_notice_names_who_answers_complaints(client, settings):
    settings.GRIEVANCE_NAME, settings.COMPANY_NAME = "Meera <b>", "Loopin Events"
    settings.GRIEVANCE_EMAIL, settings.GRIEVANCE_PHONE = "meera@loopin.example", "+91 22 5555 0100"
    page = client.get("/privacy/").text
    part = page[page.index('id="complaints"') :]
    assert "Meera &lt;b&gt;" in part
    assert '<a href="mailto:meera@loopin.example">' in part
    assert '<a href="tel:+912255550100">' in part


@pytest.mark.parametrize("path", FORMS_OF_VISITORS)
def test_a_form_of_visitors_leads_to_both(client, db, path):
    assert links_in(client.get(path)) == set(PATHS)


@pytest.mark.parametrize("path", FORMS_OF_CUSTOMERS)
def test_a_form_of_customers_leads_to_both(alice, browser_of, path):
    assert links_in(browser_of(alice).get(path)) == set(PATHS)


@pytest.mark.parametrize("path", ["/profile/complete/about/", "/profile/phone/"])
def test_a_form_of_newcomers_leads_to_both(bob, browser_of, path):
    assert links_in(browser_of(bob).get(path)) == set(PATHS)


@pytest.mark.parametrize("path", ["/", "/signup/", "/privacy/", "/no/such/page/"])
def test_every_page_leads_there_at_its_foot(client, db, path):
    foot = client.get(path).text.partition("<footer")[2]
    for address in ("/privacy/", "/terms/", "/privacy/#complaints"):
        assert f'href="{address}"' in foot


def test_an_account_keeps_the_version_that_was_in_force(api, sms, settings, db):
    settings.LEGAL_DIR = "tests/legal"
    browser = Client()
    browser.post("/signup/", {"phone_number": DAVE})
    browser.post("/verify/", {"otp_code": sms.last_code(DAVE)})
    assert api.post("/api/users/register/", ESHA | {"phone": CAROL}).status_code == 201
    assert set(User.objects.values_list("notice_version", flat=True)) == {"3"}
    settings.LEGAL_DIR = ""
    assert browser.get("/profile/export/").json()["user"]["notice_version"] == "3"
