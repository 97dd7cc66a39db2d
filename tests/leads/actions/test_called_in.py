"""Somebody calls whose lead a colleague holds: who that is, and a note for them."""

import pytest

from leads.actions import claim
from leads.models import Lead
from tests.cast import CAROL
from tests.each import each
from tests.leads.lead_page.test_page import text

SPELLINGS = [CAROL, CAROL.removeprefix("+91"), "98123 45678", "098123-45678"]
NOTICE = 'id="hidden-lead"'


@pytest.fixture
def held(lead, colleague):
    """Carol's, of whom more is known, and which Sita holds."""
    Lead.objects.update(name="Carol Sen", email="carol@example.com")
    return claim.claim(lead.pk, actor=colleague)


def search(browser, typed):
    return browser.get("/leads/", {"q": typed})


def check_says_nothing_else(page, typed=""):
    shown = page.replace(typed, "") if typed else page
    for word in ("Carol", "carol@", CAROL.removeprefix("+91"), "••678", "Code requested until"):
        assert word not in shown


@each("typed", SPELLINGS)
def test_who_searches_a_colleague_s_number_is_told_who_has_it(desk, held, colleague, typed):
    page = search(desk, typed)
    assert f"{colleague.username} has it" in " ".join(text(page).split())
    assert f"/leads/{held.pk}/" in page.content.decode()
    assert page.context["page"].leads == []
    check_says_nothing_else(text(page), typed)


@each("typed", ["Carol Sen", "carol@example.com", CAROL[-4:], CAROL[-9:-1], "+919812345679"])
def test_nothing_but_the_whole_number_tells(desk, held, typed):
    assert NOTICE not in search(desk, typed).content.decode()


def test_managers_and_whoever_may_see_the_lead_are_told_nothing(
    desk, held, colleague, sales_manager, browser_of
):
    assert NOTICE not in search(browser_of(sales_manager), CAROL).content.decode()
    assert NOTICE not in search(browser_of(colleague), CAROL).content.decode()
    claim.release(held.pk, actor=colleague)
    assert NOTICE not in search(desk, CAROL).content.decode()


def test_the_address_of_the_lead_says_it_too(desk, held, colleague):
    page = desk.get(f"/leads/{held.pk}/")
    assert page.status_code == 404
    assert f"{colleague.username} has it" in text(page)
    check_says_nothing_else(text(page))
    assert "has it" not in text(desk.get("/leads/999999/"))


def test_a_note_is_left_and_renews_nothing(desk, held, staff, colleague, browser_of):
    before = Lead.objects.values("owner", "lease_ends_at", "status", "follow_up_at").get()
    response = desk.post(f"/leads/{held.pk}/called-in/", {"text": "Asks for a call at six"})
    assert response.status_code == 302
    assert Lead.objects.values(*before).get() == before
    event = held.events.latest("pk")
    assert (event.kind, event.actor, event.data) == ("noted", staff, {"called_in": True})
    page = text(browser_of(colleague).get(f"/leads/{held.pk}/"))
    assert "the person called" in page
    assert "Asks for a call at six" in page


def test_an_empty_note_is_refused_beside_its_form(desk, held, do):
    page = do(desk, held, "called-in", {"text": " "})
    assert page.status_code == 422
    assert "has it" in text(page)
    assert held.events.latest("pk").kind == "claimed"
    check_says_nothing_else(text(page))


def test_the_note_of_a_lead_that_nobody_holds_takes_a_claim(desk, lead, do):
    assert "Claim this lead first" in text(do(desk, lead, "called-in", {"text": "x"}))


def test_programs_are_told_and_leave_notes_too(desk, held, colleague):
    body = desk.get("/api/leads/", {"q": CAROL}).json()["data"]
    held_by = {"lead_id": held.pk, "id": colleague.pk, "name": colleague.username}
    assert (body["leads"], body["held_by"]) == ([], held_by)
    assert desk.get("/api/leads/", {"q": "Carol"}).json()["data"]["held_by"] is None
    path = f"/api/leads/{held.pk}/called-in"
    answer = desk.post(path, {"text": "Asks for a call"}, "application/json")
    assert (answer.status_code, answer.json()["data"]) == (200, None)
    assert held.events.latest("pk").data == {"called_in": True}


def test_each_number_that_is_searched_for_counts(desk, held, settings):
    settings.REVEALS_PER_DAY = 1
    assert NOTICE in search(desk, CAROL).content.decode()
    refused = search(desk, "+919812345679")
    assert refused.status_code == 429
