"""The number behind a link, or behind a code that is awaited, is read by nobody else."""

import re

import pytest
from django.core import signing
from django.core.management import call_command
from django.test import Client

from accounts.models import PendingNumber, Session, User
from leads.actions import claim
from leads.models.lead_event import EventKind
from leads.resume import flows as resume
from tests.cast import ALICE, DAVE
from tests.each import each
from tests.leads.masking.conftest import NATIONAL


@pytest.fixture
def link(alice_lead, staff):
    """Where a copied link leads."""
    claim.claim(alice_lead.pk, actor=staff)
    return resume.create(alice_lead.pk, actor=staff, by_sms=False).removeprefix(
        "https://loopin.example"
    )


def all_that_a_browser_has(browser, *responses):
    """Every page and header it got, and its cookies, as they are and as they can be read."""
    cookies = [cookie.value for cookie in browser.cookies.values()]
    parts = [
        part for response in responses for part in (response.content.decode(), response.headers)
    ]
    return str([parts, cookies, dict(browser.session)])


def test_whoever_follows_a_copied_link_reads_no_number(link, sms, staff):
    browser = Client()
    opened = browser.get(link)
    sent = browser.post(link)
    verify = browser.get("/verify/")
    wrong = browser.post("/verify/", {"otp_code": "0000"})
    again = browser.post("/resend/")
    pages = [browser.get(path) for path in ("/", "/signup/", "/login/", "/forgot-password/")]
    assert "+91 ••••• ••376" in verify.content.decode()
    told = all_that_a_browser_has(browser, opened, sent, verify, wrong, again, *pages)
    for hidden in (NATIONAL, NATIONAL[:5], "62058 29376"):
        assert hidden not in told
    assert sms.messages[-1]["To"] == ALICE


def test_the_person_who_follows_it_signs_in_with_the_code(link, sms):
    browser = Client()
    browser.post(link)
    response = browser.post("/verify/", {"otp_code": sms.last_code(ALICE)})
    assert response["Location"] == "/profile/"
    assert User.objects.get(phone_number=ALICE).is_verified


def test_a_number_that_was_typed_is_shown_to_its_browser_and_is_in_no_cookie(db, sms):
    browser = Client()
    browser.post("/signup/", {"phone_number": ALICE})
    page = browser.get("/verify/").content.decode()
    assert ALICE in page
    assert 'value="62058 29376"' in browser.get("/signup/").content.decode()
    [cookie] = [c.value for name, c in browser.cookies.items() if name == "sessionid"]
    held = signing.loads(cookie, salt="django.contrib.sessions.backends.signed_cookies")
    assert NATIONAL not in str(held)
    assert held["phone_number"] == {PendingNumber.objects.get().pk.hex: ""}


def test_a_stranger_does_not_fill_the_table_of_pending_numbers(db, sms):
    """The code was sent moments ago, so that asking again sends nothing and counts nothing."""
    for _ in range(103):
        response = Client().post("/signup/", {"phone_number": ALICE})
    assert PendingNumber.objects.count() == 1 + 100
    assert response.status_code == 429
    elsewhere = Client(REMOTE_ADDR="198.51.100.7").post("/signup/", {"phone_number": ALICE})
    assert elsewhere["Location"] == "/verify/"


def test_following_a_link_after_typing_a_number_shows_the_typed_one_no_more(link, sms):
    browser = Client()
    browser.post("/signup/", {"phone_number": DAVE})
    browser.post(link)
    page = browser.get("/verify/").content.decode()
    assert "+91 ••••• ••376" in page
    assert NATIONAL not in page
    assert DAVE not in browser.get("/signup/").content.decode()


@each("names", ["", "nonsense", ["0" * 32], {"0" * 32: ""}, {ALICE: ""}, {"": ""}, {}, None, 7])
def test_a_cookie_that_names_no_number_leads_back_to_the_first_step(db, names):
    browser = Client()
    session = browser.session
    session["phone_number"] = names
    session.save()
    browser.cookies["sessionid"] = session.session_key
    assert browser.get("/verify/")["Location"] == "/signup/"
    assert browser.get("/signup/").status_code == 200


def test_a_pending_number_ends_after_a_day(db, sms, travel):
    browser = Client()
    browser.post("/signup/", {"phone_number": ALICE})
    travel(24 * 3600 + 1)
    assert browser.get("/verify/")["Location"] == "/signup/"
    call_command("purge")
    assert not PendingNumber.objects.exists()


def timeline(browser, lead):
    return " ".join(browser.get(f"/leads/{lead.pk}/").content.decode().split())


def opened(lead):
    return lead.events.get(kind=EventKind.RESUMED)


def test_the_timeline_tells_the_agent_s_browser_from_the_person_s(alice_lead, staff, browser_of):
    desk = browser_of(staff)
    claim.claim(alice_lead.pk, actor=staff)
    page = desk.post(f"/leads/{alice_lead.pk}/resume-link/", {"channel": "copied"})
    address = re.search(r'value="https://loopin\.example(/resume/[^"]+)"', page.content.decode())[1]
    desk.post("/logout/")
    desk.post(address)
    assert opened(alice_lead).actor == staff


def test_the_timeline_says_when_a_link_was_opened_from_where_it_was_made(
    link, alice_lead, staff, browser_of
):
    Session.objects.start(staff.pk, ip_address="203.0.113.7")
    Client(REMOTE_ADDR="203.0.113.7").post(link)
    assert (opened(alice_lead).actor, opened(alice_lead).data) == (None, {"place": "of_maker"})
    assert "from the network of whoever made the link" in timeline(browser_of(staff), alice_lead)


def test_the_timeline_says_nothing_of_a_link_opened_elsewhere(link, alice_lead, staff, browser_of):
    browser_of(staff)
    Client(REMOTE_ADDR="198.51.100.7").post(link)
    assert (opened(alice_lead).actor, opened(alice_lead).data) == (None, {})


def test_a_forged_mark_of_a_browser_is_nobody_s(link, alice_lead, staff):
    browser = Client(REMOTE_ADDR="198.51.100.7")
    browser.cookies["link_maker"] = str(staff.pk)
    browser.post(link)
    assert opened(alice_lead).actor is None
