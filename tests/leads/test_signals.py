"""What the desk hears of people who try to get in: each step, each obstacle, each wish."""

import pytest

from accounts.models import PhoneOTP, User
from leads.actions import forget
from leads.models import Lead
from tests.cast import ALICE, BOB, CAROL, DAVE


def kinds(lead):
    return list(lead.events.order_by("pk").values_list("kind", flat=True))


def lead_of(phone_number):
    return Lead.objects.get(phone_number=phone_number)


def test_a_delivered_code_is_a_stage(reports, carol):
    reports(CAROL, "delivered")
    lead = lead_of(CAROL)
    assert (lead.stage, lead.drop_off) == ("delivered", "No code typed")
    assert kinds(lead) == ["code_requested", "code_delivered"]


def test_a_lost_code_is_why_somebody_stopped_until_one_arrives(reports, carol):
    reports(CAROL, "undelivered", "30003")
    assert lead_of(CAROL).drop_off == "Code not delivered"
    assert lead_of(CAROL).events.latest("pk").data == {"reason": "unreachable"}
    reports(CAROL, "delivered")
    assert lead_of(CAROL).drop_off == "No code typed"


@pytest.mark.parametrize(
    ("code", "seconds", "kind", "drop_off"),
    [
        ("wrong", 0, "code_refused", "Wrong code"),
        ("right", 601, "code_expired", "Code expired"),
    ],
)
def test_a_code_that_is_refused_is_an_attempt(
    api, sms, carol, travel, code, seconds, kind, drop_off
):
    typed = sms.last_code(CAROL)
    if code == "wrong":
        typed = f"{(int(typed) + 1) % 10000:04d}"
    travel(seconds)
    api.post("/api/auth/verify-otp", {"phone_number": CAROL, "otp_code": typed})
    lead = lead_of(CAROL)
    assert (lead.stage, lead.drop_off) == ("attempted", drop_off)
    assert kinds(lead)[-1] == kind


def test_trying_on_with_no_attempts_left_is_told(api, sms, carol):
    wrong = f"{(int(sms.last_code(CAROL)) + 1) % 10000:04d}"
    for _ in range(4):
        api.post("/api/auth/verify-otp", {"phone_number": CAROL, "otp_code": wrong})
    assert kinds(lead_of(CAROL))[-1] == "code_locked"


def test_a_person_whose_code_was_withheld_is_a_lead(api, sms, settings, db):
    settings.SMS_ALLOWED_COUNTRIES = ["IN"]
    api.post("/api/auth/signup", {"phone_number": "+442079460958"})
    lead = lead_of("+442079460958")
    assert (lead.drop_off, lead.country, lead.source) == ("Blocked", "GB", "api")
    assert lead.events.get().data["reason"] == "country_not_allowed"


@pytest.mark.parametrize("consent", [True, None])
def test_consent_is_kept_with_its_time_and_wording(api, sms, db, consent):
    body = {"phone_number": DAVE, "contact_consent": consent}
    assert api.post("/api/auth/signup", body).status_code == 200
    lead = lead_of(DAVE)
    assert (lead.consent_at is not None, lead.consent_version) == (
        *(bool(consent), "2026-11" if consent else ""),
    )
    assert lead.may_be_contacted is bool(consent)
    assert kinds(lead) == ["code_requested", *(["consent_given"] if consent else [])]


def test_saying_nothing_leaves_consent_and_no_takes_it_back(api, sms, db, travel):
    for consent, agrees in ((True, True), (None, True), (False, False)):
        api.post("/api/auth/signup", {"phone_number": DAVE, "contact_consent": consent})
        assert lead_of(DAVE).may_be_contacted is agrees
        travel(400)


def test_the_box_on_the_page_is_consent(client, sms, db):
    client.post("/signup/", {"phone_number": BOB})
    client.post("/signup/", {"phone_number": DAVE, "contact_consent": "on"})
    assert not lead_of(BOB).may_be_contacted
    assert lead_of(DAVE).may_be_contacted


def test_a_customer_gives_and_takes_back_consent_on_the_profile_page(alice, browser_of):
    browser = browser_of(alice)
    for box, kind in (({"contact_consent": "on"}, "consent_given"), ({}, "consent_withdrawn")):
        browser.post("/profile/contact/", box)
        browser.post("/profile/contact/", box)
        lead = lead_of(ALICE)
        assert (lead.consent_at is not None) is bool(box)
        assert kinds(lead)[-1] == kind
        checked = "checked" in browser.get("/profile/").content.decode()
        assert checked is bool(box)
    assert kinds(lead_of(ALICE)).count("consent_given") == 1


def test_forgetting_on_request_takes_the_account_with_it(alice, sales_manager, token_of, api):
    token = token_of(alice)
    lead = lead_of(ALICE)
    forget.forget(lead.pk, actor=sales_manager)
    lead.refresh_from_db()
    assert (lead.phone_number, lead.name, lead.user) == (None, "", None)
    assert kinds(lead)[-2:] == ["account_deleted", "deletion_asked"]
    assert api.get("/api/auth/profile", token=token).status_code == 401
    assert not User.objects.filter(phone_number=ALICE).exists()


def test_forgetting_somebody_without_an_account_takes_the_codes_with_it(carol, sales_manager):
    forget.forget(lead_of(CAROL).pk, actor=sales_manager)
    assert not PhoneOTP.objects.filter(recipient=CAROL).exists()
