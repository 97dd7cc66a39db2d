"""What is done on a lead's page: with and without JavaScript, and what is refused, in place."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from leads.actions import claim, contact
from leads.actions.registry import ACTIONS
from leads.models import Lead, LeadNote
from tests.cast import CAROL
from tests.each import each
from tests.leads.lead_page.test_page import text

INDIA = ZoneInfo("Asia/Kolkata")


@pytest.fixture
def claimed(lead, staff):
    return claim.claim(lead.pk, actor=staff)


def local(**ahead):
    """What a person types who means so long from now."""
    return f"{timezone.now().astimezone(INDIA) + timedelta(**ahead):%Y-%m-%dT%H:%M}"


def kinds(lead):
    return list(lead.events.order_by("pk").values_list("kind", flat=True))


def test_every_action_is_a_form_that_works_without_javascript(sales_manager, claimed, browser_of):
    claim.assign(claimed.pk, sales_manager, actor=sales_manager)
    page = browser_of(sales_manager).get(f"/leads/{claimed.pk}/").content.decode()
    offered = re.findall(rf'method="post"\s+action="/leads/{claimed.pk}/([a-z-]+)/"', page)
    assert set(offered) == set(ACTIONS) - {"claim", "undo-verification", "called-in"}


def test_without_javascript_it_goes_back_to_the_lead_and_says_what_was_done(desk, claimed):
    response = desk.post(f"/leads/{claimed.pk}/note/", {"text": "Calls at six"}, follow=True)
    assert response.redirect_chain == [(f"/leads/{claimed.pk}/", 302)]
    assert "The note is saved." in text(response)
    assert "Calls at six" in text(response)


def test_htmx_gets_the_lead_as_it_is_then(desk, lead, do):
    response = do(desk, lead, "claim")
    assert response.status_code == 200
    assert response.content.strip().startswith(b"<section")
    assert "You hold this lead." in text(response)
    assert "HX-Push-Url" not in response


def test_actions_are_not_links(desk, lead):
    for name in ACTIONS:
        assert desk.get(f"/leads/{lead.pk}/{name}/").status_code == 405


@pytest.mark.parametrize("script", [True, False])
def test_a_second_claim_shows_the_name_of_the_owner_and_no_lead(
    claimed, colleague, browser_of, do, script
):
    Lead.objects.update(name="Carol Rao")
    browser = browser_of(colleague)
    address = f"/leads/{claimed.pk}/claim/"
    response = do(browser, claimed, "claim") if script else browser.post(address)
    assert response.status_code == 409
    assert "sam works on this lead." in text(response)
    for secret in ("Carol", "678", "Asked for a code"):
        assert secret not in text(response)


def test_a_manager_who_is_second_sees_the_lead_beside_it(claimed, sales_manager, browser_of, do):
    response = do(browser_of(sales_manager), claimed, "claim")
    assert response.status_code == 409
    assert "sam works on this lead." in text(response)
    assert "Asked for a code" in text(response)


def test_release_and_reveal(desk, claimed, do):
    revealed = do(desk, claimed, "reveal")
    assert f"tel:{CAROL}" in revealed.content.decode()
    released = do(desk, claimed, "release")
    assert "Nobody holds this lead" in text(released)
    assert CAROL[3:] not in released.content.decode()
    assert kinds(claimed)[-2:] == ["revealed", "released"]


def test_the_day_s_numbers_end(desk, claimed, do, settings):
    settings.REVEALS_PER_DAY = 0
    response = do(desk, claimed, "reveal")
    assert response.status_code == 429
    assert "as many numbers as one may" in text(response)


def test_handing_over_takes_the_lead_out_of_an_agent_s_sight(desk, claimed, do, colleague):
    response = do(desk, claimed, "assign", {"agent": colleague.pk})
    assert response.status_code == 200
    assert "Handed over." in text(response)
    assert "678" not in text(response)
    assert Lead.objects.get().owner == colleague


def test_handing_over_without_javascript_goes_to_the_list(desk, claimed, colleague):
    response = desk.post(f"/leads/{claimed.pk}/assign/", {"agent": colleague.pk})
    assert response["Location"] == "/leads/"


def test_a_lead_goes_only_to_people_who_work_leads(desk, claimed, do, alice):
    response = do(desk, claimed, "assign", {"agent": alice.pk})
    assert response.status_code == 422
    assert Lead.objects.get(pk=claimed.pk).owner.username == "sam"


def test_a_manager_gives_anybody_s_lead_to_anybody(
    claimed, sales_manager, colleague, browser_of, do
):
    response = do(browser_of(sales_manager), claimed, "assign", {"agent": colleague.pk})
    assert "sita holds this lead" in text(response)


@pytest.mark.parametrize("outcome", ["reached", "no_answer", "busy", "wrong_number"])
def test_a_call_is_logged_and_the_wait_measured(desk, claimed, do, outcome):
    Lead.objects.update(created_at=timezone.now() - timedelta(minutes=45))
    response = do(
        desk, claimed, "call", {"outcome": outcome, "note": "Nice", "call_back_at": "junk"}
    )
    assert response.status_code == 200
    assert "After 45 min, later than 30" in text(response)
    assert "Contacted" in text(response)
    assert LeadNote.objects.get().text == "Nice"


def test_a_call_back_is_a_follow_up_at_the_time_in_india(desk, claimed, do):
    typed = local(days=1)
    do(desk, claimed, "call", {"outcome": "call_back", "call_back_at": typed})
    lead = Lead.objects.get()
    assert lead.follow_up_at == datetime.fromisoformat(typed).replace(tzinfo=INDIA)
    assert lead.status == "follow_up"


@each(
    "sent, words",
    [
        ({}, "Choose one."),
        ({"outcome": "sang"}, "Choose from the list."),
        ({"outcome": "call_back"}, "Say when to call back"),
        ({"outcome": "call_back", "call_back_at": "soon"}, "Enter a real date and time"),
        ({"outcome": "call_back", "call_back_at": "2020-01-01T10:00"}, "This time is over"),
        ({"outcome": "call_back", "call_back_at": "0001-01-01T00:00"}, "This time is over"),
        ({"outcome": "call_back", "call_back_at": "9999-12-31T23:59"}, "within a year"),
        ({"outcome": "reached", "note": "x" * 2001}, "at most 2000"),
    ],
)
def test_a_call_that_is_refused_keeps_what_was_typed(desk, claimed, do, sent, words):
    before = kinds(claimed)
    response = do(desk, claimed, "call", {"note": "half a thought"} | sent)
    assert response.status_code == 422
    assert words in text(response)
    assert sent.get("note", "half a thought") in text(response)
    assert kinds(claimed) == before


@pytest.mark.parametrize(
    ("sent", "hours"), [({"quick": "hour"}, 1), ({"at": None}, 30), ({"quick": "never"}, None)]
)
def test_follow_ups(desk, claimed, do, sent, hours):
    contact.set_follow_up(claimed.pk, timezone.now() + timedelta(days=9), actor=claimed.owner)
    sent = {"at": local(hours=30)} if "at" in sent else sent
    assert do(desk, claimed, "follow-up", sent).status_code == 200
    at = Lead.objects.get().follow_up_at
    if hours is None:
        assert at is None
    else:
        assert abs(at - timezone.now() - timedelta(hours=hours)) < timedelta(minutes=2)


def test_tomorrow_means_ten_in_india(desk, claimed, do):
    do(desk, claimed, "follow-up", {"quick": "tomorrow"})
    at = Lead.objects.get().follow_up_at.astimezone(INDIA)
    tomorrow = timezone.now().astimezone(INDIA).date() + timedelta(days=1)
    assert (at.date(), at.hour, at.minute) == (tomorrow, 10, 0)


def test_an_empty_follow_up_is_refused(desk, claimed, do):
    response = do(desk, claimed, "follow-up", {"at": ""})
    assert response.status_code == 422
    assert "Choose a date and time" in text(response)


def test_a_follow_up_is_kept_for_whoever_promised_it(desk, claimed, do, colleague):
    do(desk, claimed, "follow-up", {"quick": "hour"})
    assert Lead.objects.get().lease_ends_at > timezone.now() + timedelta(hours=12)


def test_only_what_may_follow_is_offered_and_the_rest_refused(desk, claimed, do):
    page = desk.get(f"/leads/{claimed.pk}/").content.decode()
    form = page.partition('id="act-status"')[2].partition("</form>")[0]
    assert re.findall(r'<option value="(\w+)"', form) == [
        "contacted",
        "follow_up",
        "lost",
        "do_not_contact",
    ]
    response = do(desk, claimed, "status", {"status": "converted"})
    assert response.status_code == 409
    assert "A completed profile alone makes a customer." in text(response)
    assert do(desk, claimed, "status", {"status": "lost", "note": "Gone"}).status_code == 200
    assert Lead.objects.get().status == "lost"


def test_do_not_contact_ends_the_calls(desk, claimed, do):
    page = do(desk, claimed, "status", {"status": "do_not_contact"})
    assert "act-call" not in page.content.decode()
    assert do(desk, claimed, "call", {"outcome": "reached"}).status_code == 409


def test_verify_by_hand_needs_a_reason_and_can_be_undone(claimed, sales_manager, browser_of, do):
    browser = browser_of(sales_manager)
    assert do(browser, claimed, "verify", {"reason": " "}).status_code == 422
    page = do(browser, claimed, "verify", {"reason": "Showed a bill"})
    assert "Showed a bill" in text(page)
    assert b"act-undo-verification" in page.content
    assert b"act-verify" not in page.content
    page = do(browser, claimed, "undo-verification")
    assert b"act-verify" in page.content
    assert Lead.objects.get().verified_at is None


def test_undo_is_offered_for_a_quarter_of_an_hour(
    claimed, sales_manager, browser_of, do, monkeypatch
):
    browser = browser_of(sales_manager)
    do(browser, claimed, "verify", {"reason": "Showed a bill"})
    later = timezone.now() + timedelta(minutes=16)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    assert b"act-undo" not in browser.get(f"/leads/{claimed.pk}/").content
    assert do(browser, claimed, "undo-verification").status_code == 409


def test_forgetting_needs_the_last_digits(claimed, sales_manager, browser_of, do):
    browser = browser_of(sales_manager)
    response = do(browser, claimed, "forget", {"digits": "123"})
    assert response.status_code == 422
    assert Lead.objects.get().phone_number == CAROL
    response = do(browser, claimed, "forget", {"digits": CAROL[-3:]})
    assert response.status_code == 200
    assert "The person is deleted." in text(response)
    assert Lead.objects.get().phone_number is None


def test_an_action_without_a_role_is_refused(claimed, db, browser_of, do, django_user_model):
    nobody = django_user_model.objects.create_user("nina", password="x", is_staff=True)
    browser = browser_of(nobody)
    for name in ACTIONS:
        assert do(browser, claimed, name).status_code == 403


def test_what_an_agent_may_not_do_is_not_offered(desk, claimed, do):
    page = desk.get(f"/leads/{claimed.pk}/").content.decode()
    for name in ("verify", "forget"):
        assert f"act-{name}" not in page
        assert do(desk, claimed, name, {"reason": "x", "digits": "678"}).status_code == 403


def test_a_poll_is_no_use_of_the_session_and_an_action_is(desk, claimed, do):
    session = desk.session
    session["staff_used_at"] -= 600
    session.save()
    desk.cookies["sessionid"] = session.session_key
    used = desk.session["staff_used_at"]
    desk.get(f"/leads/{claimed.pk}/", headers={"HX-Request": "true", "If-None-Match": "x"})
    desk.get("/leads/follow-ups/", headers={"HX-Request": "true", "If-None-Match": "x"})
    assert desk.session["staff_used_at"] == used
    do(desk, claimed, "note", {"text": "x"})
    assert desk.session["staff_used_at"] > used
