"""Statements per request, BEGIN and COMMIT among them: what the hot paths may cost."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from accounts.models import Session
from accounts.sessions import known_devices
from leads.models import Lead
from leads.models.lead_event import EventKind
from tests.accounts.conftest import ESHA
from tests.accounts.staff import door
from tests.cast import ALICE, DAVE, PROFILE
from tests.steps import STEPS, send, send_all

pytestmark = pytest.mark.django_db(transaction=True)


SETTLED = 1
"""What became of the message. The server writes it later, for several messages together."""


def test_signup_of_a_new_number(api, sms, statements):
    """What is known, and the one that issues the code."""
    ask = lambda: api.post("/api/auth/signup", {"phone_number": DAVE})  # noqa: E731
    assert len(statements(ask)) <= 2 + SETTLED


def test_a_signup_that_says_whether_calls_are_welcome(api, sms, statements):
    """One more: what is said counts after the message has left. Typing the code takes none more."""
    body = {"phone_number": DAVE, "contact_consent": True}
    assert len(statements(lambda: api.post("/api/auth/signup", body))) <= 3 + SETTLED
    code = {"phone_number": DAVE, "otp_code": sms.last_code(DAVE)}
    assert len(statements(lambda: api.post("/api/auth/verify-otp", code))) <= 2


def test_a_key_for_retries_costs_two_statements_and_a_retry_one(api, sms, statements):
    ask = lambda: api.post(  # noqa: E731
        "/api/auth/signup", {"phone_number": DAVE}, headers={"Idempotency-Key": "x" * 16}
    )
    assert len(statements(ask)) <= 2 + SETTLED + 2
    assert len(statements(ask)) <= 1


def test_resend(api, sms, statements, travel):
    api.post("/api/auth/signup", {"phone_number": DAVE})
    ask = lambda: api.post("/api/auth/signup", {"phone_number": DAVE})  # noqa: E731
    assert len(statements(ask, status=429)) <= 1  # the cooldown is known before anything is written
    travel(31)
    assert len(statements(ask)) <= 2 + SETTLED


def test_a_signup_that_a_limit_refuses(api, sms, statements, settings):
    """One, and the report of it in a transaction."""
    settings.SMS_PER_IP = 1
    api.post("/api/auth/signup", {"phone_number": ALICE})
    ask = lambda: api.post("/api/auth/signup", {"phone_number": DAVE})  # noqa: E731
    assert len(statements(ask, status=429)) <= 1 + 4


def test_login(api, sms, alice, statements):
    assert (
        len(statements(lambda: api.post("/api/auth/login", {"phone_number": ALICE}))) <= 2 + SETTLED
    )


@pytest.mark.parametrize("verb", ["verify-otp", "verify-login"])
def test_verifying_a_new_number(api, sms, statements, verb):
    """The guess, and the one that does everything else."""
    api.post("/api/auth/signup", {"phone_number": DAVE})
    body = {"phone_number": DAVE, "otp_code": sms.last_code(DAVE)}
    assert len(statements(lambda: api.post(f"/api/auth/{verb}", body))) <= 2


@pytest.mark.parametrize("verb", ["verify-otp", "verify-login"])
def test_verifying_a_customer(api, sms, alice, statements, verb):
    api.post("/api/auth/login", {"phone_number": ALICE})
    body = {"phone_number": ALICE, "otp_code": sms.last_code(ALICE)}
    assert len(statements(lambda: api.post(f"/api/auth/{verb}", body))) <= 2


def test_verifying_a_customer_who_says_whether_calls_are_welcome(api, sms, alice, statements):
    """In a transaction with what records it; the first one has a savepoint."""
    api.post("/api/auth/login", {"phone_number": ALICE, "contact_consent": True})
    body = {"phone_number": ALICE, "otp_code": sms.last_code(ALICE)}
    assert len(statements(lambda: api.post("/api/auth/verify-otp", body))) <= 2 + 4 + 3


def test_signing_in_on_a_known_device(api, sms, alice, statements):
    """The network's limits are passed over, and the proof is checked in what runs anyway."""
    known = {known_devices.HEADER: known_devices.issue_token(alice.device_proof)}
    number = {"phone_number": ALICE}
    ask = lambda: api.post("/api/auth/login", number, headers=known)  # noqa: E731
    assert len(statements(ask)) <= 2 + SETTLED
    body = number | {"otp_code": sms.last_code(ALICE)}
    verify = lambda: api.post("/api/auth/verify-login", body, headers=known)  # noqa: E731
    assert len(statements(verify)) <= 2


def test_a_wrong_guess(api, sms, statements):
    api.post("/api/auth/signup", {"phone_number": DAVE})
    wrong = f"{(int(sms.last_code(DAVE)) + 1) % 10000:04d}"
    body = {"phone_number": DAVE, "otp_code": wrong}
    assert len(statements(lambda: api.post("/api/auth/verify-otp", body), status=400)) <= 4


def test_profile(api, alice, token_of, statements):
    token = token_of(alice)
    assert len(statements(lambda: api.get("/api/auth/profile", token=token))) <= 1


def test_a_profile_that_is_not_complete(api, bob, token_of, statements):
    token = token_of(bob)
    assert len(statements(lambda: api.get("/api/auth/profile", token=token))) <= 1


def test_completing_a_profile_of_version_1(api, bob, token_of, statements):
    token, body = token_of(bob), {"name": "Bob Rao", "email": "bob@example.com", "bio": "Sings."}
    call = lambda: api.post("/auth/complete-profile", body, token=token)  # noqa: E731
    assert len(statements(call)) <= 14


def test_completing_a_profile(api, bob, token_of, statements):
    token = token_of(bob)
    call = lambda: api.post("/api/auth/complete-profile", PROFILE, token=token)  # noqa: E731
    assert len(statements(call)) <= 17


def test_logout(api, alice, token_of, statements):
    token = token_of(alice)
    assert len(statements(lambda: api.post("/api/auth/logout", token=token))) <= 1


def test_renewing_a_token(api, sms, alice, statements):
    api.post("/api/auth/login", {"phone_number": ALICE})
    body = {"phone_number": ALICE, "otp_code": sms.last_code(ALICE)}
    token = api.post("/api/auth/verify-login", body).json()["data"]["refresh_token"]
    renew = lambda: api.post("/api/auth/refresh", {"refresh_token": token})  # noqa: E731
    assert len(statements(renew)) <= 1
    assert len(statements(renew)) <= 1  # the parent of the current token


def test_an_e_mail_account_from_registration_to_a_proven_number(api, sms, statements):
    def users(name, body, token=None):
        return lambda: api.post(f"/api/users/{name}/", body, token=token)

    assert len(statements(users("register", ESHA), status=201)) <= 10
    login = {"email": ESHA["email"], "password": ESHA["password"]}
    assert len(statements(users("login", login))) <= 6
    wrong = login | {"password": "wrong"}
    assert len(statements(users("login", wrong), status=401)) <= 4
    token = users("login", login)().json()["token"]
    assert len(statements(lambda: api.get("/api/users/me/", token=token))) <= 2
    assert len(statements(users("send-phone-otp", {"phone": DAVE}))) <= 4 + SETTLED
    code = {"phone": DAVE, "otp": sms.last_code(DAVE)}
    assert len(statements(users("verify-phone-otp", code, token))) <= 13


def test_event_interests(api, statements):
    url = "/api/auth/event-interests"
    assert len(statements(lambda: api.get(url))) <= 1
    headers = {"If-None-Match": api.get(url)["ETag"]}
    assert statements(lambda: api.get(url, headers=headers), status=304) == []


def test_a_visitor_s_page_needs_no_database(client, statements):
    for path in ("/", "/signup/", "/login/"):
        assert statements(lambda path=path: client.get(path)) == []


def test_a_desk_that_did_not_change(staff, browser_of, carol, settled, statements):
    browser = browser_of(staff)
    settled()
    headers = {"If-None-Match": browser.get("/leads/")["ETag"]}
    assert len(statements(lambda: browser.get("/leads/", headers=headers), status=304)) <= 2


def test_a_desk_that_asks_a_moment_after_another(
    staff, sales_manager, browser_of, carol, settled, statements, settings
):
    """Where the timeline stood is remembered for both."""
    settings.DESK_CURSOR_SECONDS = 60
    settled()
    desks = [browser_of(staff), browser_of(sales_manager)]
    asks = [{"If-None-Match": desk.get("/leads/")["ETag"]} for desk in desks]
    first, second = (
        statements(lambda desk=desk, ask=ask: desk.get("/leads/", headers=ask), status=304)
        for desk, ask in zip(desks, asks, strict=True)
    )
    assert len(first) <= 2
    assert len(second) == 1


def test_a_desk_that_changed(staff, browser_of, carol, statements):
    browser = browser_of(staff)
    assert len(statements(lambda: browser.get("/leads/"))) <= 3


def test_a_desk_that_missed_what_does_not_concern_it(staff, browser_of, carol, settled, statements):
    browser = browser_of(staff)
    settled()
    headers = {"If-None-Match": browser.get("/leads/?status=lost")["ETag"]}
    Lead.objects.advance(DAVE, EventKind.CODE_REQUESTED)
    settled()
    poll = lambda: browser.get("/leads/?status=lost", headers=headers)  # noqa: E731
    assert len(statements(poll, status=304)) <= 3


MANY = """
INSERT INTO leads_lead
    (phone_number, country, source, status, trouble, name, email, consent_version)
SELECT '+9198' || lpad(i::text, 8, '0'), 'IN', 'api', 'new', '', '', '', ''
FROM generate_series(1, 10050) AS i
"""


def test_the_list_of_very_many_leads(sales_manager, browser_of, settings, statements):
    """Whatever is asked for, with nothing remembered and everything to be told."""
    settings.SMS_DAILY_BUDGET = 100
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '60s'")  # only for what makes the leads
        cursor.execute(MANY)
        cursor.execute("RESET statement_timeout")
    browser = browser_of(sales_manager)
    for query in (
        *("", "?sort=active", "?owner=none", "?owner=1&q=asha", "?follow_up=due", "?q=+91"),
        *("?stage=requested&status=new&country=IN&source=api&drop_off=no_attempt",),
        *("?created_from=2026-01-01&active_to=2099-01-01", "?after=2099-01-01T00:00:00Z_1"),
    ):
        cache.clear()
        assert len(statements(lambda query=query: browser.get(f"/leads/{query}"))) <= 6, query
    assert b"about 10" in browser.get("/leads/").content


def test_a_search_by_number(staff, browser_of, carol, statements):
    """The first one counts it in a transaction; it is looked up when the desk asks again."""
    browser = browser_of(staff)
    search = lambda: browser.get("/leads/?q=5678")  # noqa: E731
    assert len(statements(search)) <= 3 + 4
    assert len(statements(search)) <= 3 + 1


def test_signing_up_on_the_pages(client, sms, statements):
    """The number is kept in one statement, and read together with its code."""
    sign_up = lambda: client.post("/signup/", {"phone_number": DAVE})  # noqa: E731
    assert len(statements(sign_up, status=302)) <= 3 + SETTLED
    assert len(statements(lambda: client.get("/verify/"))) <= 1
    code = {"otp_code": sms.last_code(DAVE)}
    assert len(statements(lambda: client.post("/verify/", code), status=302)) <= 3


def test_staff_sign_in(staff, settings, statements):
    """The budget of guesses, the user, its forgotten guesses and the session; then the second
    factor, whose app is locked, with the transaction around it."""
    settings.STAFF_REQUIRE_2FA = True
    door.enrol(staff)
    browser = Client()
    login = {"username": "sam", "password": "correct horse"}
    assert len(statements(lambda: browser.post(door.LOGIN, login), status=302)) <= 4
    assert len(statements(lambda: browser.get(door.SECOND))) <= 3
    code = {"second_factor": door.app_code(staff)}
    assert len(statements(lambda: browser.post(door.SECOND, code), status=302)) <= 6


def test_staff_enrolment(staff, settings, statements):
    settings.STAFF_REQUIRE_2FA = True
    path = door.invitation_of(staff)
    browser = Client()
    assert len(statements(lambda: browser.get(path), status=302)) <= 1
    door.give_password(staff, browser)
    assert len(statements(lambda: browser.get(door.ENROL))) <= 4
    assert len(statements(lambda: browser.get(door.QR))) <= 2


def test_a_page_of_a_customer(alice, browser_of, statements):
    browser = browser_of(alice)
    assert len(statements(lambda: browser.get("/profile/"))) <= 3
    assert Session.objects.count() == 1


def test_a_step_of_a_profile(bob, browser_of, statements):
    """The session, draft and pictures, whether there is a profile; rule and list of interests."""
    browser = browser_of(bob)
    send_all(browser, "about", "interests")
    assert len(statements(lambda: browser.get("/profile/complete/about/"))) <= 5
    assert len(statements(lambda: browser.get("/profile/complete/interests/"))) <= 6
    assert len(statements(lambda: browser.get("/profile/complete/"), status=302)) <= 5
    assert len(statements(lambda: send(browser, "interests"), status=302)) <= 16
    send(browser, "pictures")
    assert len(statements(lambda: send(browser, "more"), status=302)) <= 24


def test_a_section_of_a_profile(alice, browser_of, statements):
    browser = browser_of(alice)
    assert len(statements(lambda: browser.get("/profile/edit/about/"))) <= 2
    assert len(statements(lambda: browser.get("/profile/edit/interests/"))) <= 3
    save = lambda: browser.post("/profile/edit/about/", STEPS["about"])  # noqa: E731
    assert len(statements(save, status=302)) <= 10
