"""Whether a person may be contacted: said while signing up, and changed on the profile page."""

import re

import pytest
from django.test import Client

from accounts import signals
from tests.cast import ALICE, BOB, DAVE
from tests.each import each

NOTICE = "You may call or message me about my sign-up and events. I can say stop at any time."
TITLE = "May we contact you?"


@pytest.fixture
def requested(heard, sms, db):
    return heard(signals.code_requested)


@pytest.fixture
def nobody_keeps_it(monkeypatch):
    for signal in (signals.consent_requested, signals.consent_changed):
        monkeypatch.setattr(signal, "receivers", [])


@pytest.fixture
def keeper(nobody_keeps_it):
    """Somebody who keeps what people said, alone: `wish` is what they answer."""

    class Keeper:
        wish = None

        def answer(self, sender, user_ids, **kwargs):
            known = sender.objects.filter(pk__in=user_ids)
            return {user.pk: {"contact_consent": self.wish} for user in known}

        def hear(self, contact_consent, **kwargs):
            self.wish = contact_consent

    keeper = Keeper()
    signals.consent_requested.connect(keeper.answer)
    signals.consent_changed.connect(keeper.hear)
    return keeper


def is_ticked(page):
    [box] = re.findall(r'<input type="checkbox"[^>]*>', page)
    return "checked" in box


@pytest.mark.parametrize("said", [True, False, None])
@pytest.mark.parametrize("verb", ["signup", "login"])
def test_what_an_app_passes_on_counts_once_the_code_is_typed(api, sms, alice, heard, verb, said):
    verified = heard(signals.phone_verified)
    number = DAVE if verb == "signup" else ALICE
    body = {"phone_number": number, "contact_consent": said}
    assert api.post(f"/api/auth/{verb}", body).status_code == 200
    api.post("/api/auth/verify-otp", {"phone_number": number, "otp_code": sms.last_code(number)})
    assert [one["contact_consent"] for one in verified] == [said]


@pytest.mark.parametrize(("said", "told"), [(True, [True]), (False, [False]), (None, [])])
def test_what_is_said_of_a_number_that_nobody_has_proven_is_told_as_a_claim(
    api, sms, db, heard, said, told
):
    claimed = heard(signals.consent_claimed)
    api.post("/api/auth/signup", {"phone_number": DAVE, "contact_consent": said})
    assert [one["contact_consent"] for one in claimed] == told


def test_nothing_is_told_of_a_number_that_somebody_has_proven(api, sms, alice, bob, heard):
    claimed = heard(signals.consent_claimed)
    for number in (ALICE, BOB):
        api.post("/api/auth/login", {"phone_number": number, "contact_consent": True})
    assert claimed == []


@each("said", ["yes", 1, "true", [], {}])
def test_anything_but_a_boolean_is_a_broken_field(api, requested, said):
    response = api.post("/api/auth/signup", {"phone_number": DAVE, "contact_consent": said})
    assert response.status_code == 422
    [error] = response.json()["errors"]
    assert (error["field"], error["code"]) == ("contact_consent", "invalid_type")
    assert error["message"] == "This must be true or false."
    assert requested == []


@pytest.mark.parametrize("refused", ["too many", "too soon", "no provider", "unknown number"])
def test_what_was_said_with_a_refused_request_is_told_to_nobody(
    api, heard, sms, db, settings, refused
):
    if refused == "too soon":
        api.post("/api/auth/signup", {"phone_number": DAVE})
    settings.SMS_PER_IP = 0 if refused == "too many" else 30
    if refused == "no provider":
        sms.behaviour = 20500
    if refused == "unknown number":
        sms.behaviour = 21211
    told = [heard(one) for one in (signals.consent_claimed, signals.code_withheld)]
    answer = api.post("/api/auth/signup", {"phone_number": DAVE, "contact_consent": True})
    assert answer.status_code in (422, 429, 503)
    assert told[0] == []
    assert all("contact_consent" not in one for one in told[1])


@pytest.mark.parametrize("path", ["/", "/signup/"])
def test_whoever_joins_is_asked_and_nothing_is_ticked_by_itself(client, settings, path):
    page = client.get(path).content.decode()
    assert NOTICE in page
    assert not is_ticked(page)
    settings.CONTACT_NOTICE = "Call <me>."
    assert "Call &lt;me&gt;." in client.get(path).content.decode()


def test_whoever_logs_in_is_not_asked(client):
    assert "checkbox" not in client.get("/login/").content.decode()


@pytest.mark.parametrize(("typed", "said"), [({"contact_consent": "on"}, [True]), ({}, [])])
def test_a_tick_agrees_and_no_tick_says_nothing(heard, sms, db, typed, said):
    claimed = heard(signals.consent_claimed)
    Client().post("/signup/", {"phone_number": DAVE, **typed})
    assert [one["contact_consent"] for one in claimed] == said


def test_a_tick_survives_a_mistyped_number(client, db):
    page = client.post("/signup/", {"phone_number": "12", "contact_consent": "on"})
    assert is_ticked(page.content.decode())
    assert "Nothing is saved yet" not in page.content.decode()


def test_another_code_keeps_what_was_said_with_the_first(sms, db, heard, travel):
    verified, claimed = heard(signals.phone_verified), heard(signals.consent_claimed)
    browser = Client()
    browser.post("/signup/", {"phone_number": DAVE, "contact_consent": "on"})
    travel(31)
    browser.post("/verify/resend/")
    browser.post("/verify/", {"otp_code": sms.last_code(DAVE)})
    assert [one["contact_consent"] for one in claimed] == [True]
    assert [one["contact_consent"] for one in verified] == [True]


def test_the_login_page_says_nothing(alice, sms, heard):
    verified = heard(signals.phone_verified)
    browser = Client()
    browser.post("/login/", {"phone_number": ALICE, "contact_consent": "on"})
    browser.post("/verify/", {"otp_code": sms.last_code(ALICE)})
    assert [one["contact_consent"] for one in verified] == [None]


def test_the_wish_is_shown_and_changed_on_the_profile_page(alice, browser_of, keeper, heard):
    changed = heard(signals.consent_changed)
    browser = browser_of(alice)
    page = browser.get("/profile/").content.decode()
    assert TITLE in page
    assert NOTICE in page
    assert not is_ticked(page)
    response = browser.post("/profile/contact/", {"contact_consent": "on"}, follow=True)
    assert response.redirect_chain == [("/profile/", 302)]
    assert "Saved. We may call or message you." in response.content.decode()
    assert is_ticked(response.content.decode())
    response = browser.post("/profile/contact/", follow=True)
    assert "Saved. We do not call or message you." in response.content.decode()
    assert not is_ticked(response.content.decode())
    about = {"user_id": alice.pk, "phone_number": ALICE}
    assert changed == [about | {"contact_consent": said} for said in (True, False)]


def test_nobody_is_asked_if_no_receiver_stores_the_answer(alice, browser_of, nobody_keeps_it):
    assert TITLE not in browser_of(alice).get("/profile/").content.decode()


@pytest.mark.usefixtures("nobody_keeps_it")
@pytest.mark.parametrize("answer", [None, {}])
def test_nobody_is_asked_whom_no_receiver_knows(alice, browser_of, answer):
    def shrug(**kwargs):
        return answer

    signals.consent_requested.connect(shrug)
    assert TITLE not in browser_of(alice).get("/profile/").content.decode()


def test_who_said_no_is_shown_as_who_said_nothing(alice, browser_of, keeper):
    keeper.wish = False
    assert not is_ticked(browser_of(alice).get("/profile/").content.decode())


def test_htmx_gets_the_changed_part_and_the_words(alice, browser_of, keeper):
    response = browser_of(alice).post(
        "/profile/contact/",
        {"contact_consent": "on"},
        follow=True,
        headers={"HX-Request": "true", "HX-Target": "step"},
    )
    part = response.content.decode()
    assert "<html" not in part
    assert is_ticked(part)
    assert "Saved." in part


def test_only_who_is_signed_in_changes_their_own(keeper, staff, browser_of, db):
    keeper.wish = True
    assert Client().post("/profile/contact/")["Location"] == "/login/"
    assert browser_of(staff).post("/profile/contact/")["Location"] == "/leads/"
    assert Client(enforce_csrf_checks=True).post("/profile/contact/").status_code == 403
    assert Client().get("/profile/contact/").status_code == 405
    assert keeper.wish is True
