"""Typing keeps the claim, saving takes one that ended again, and what is saved is saved once."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from leads.actions import claim
from leads.models import Lead
from leads.models.lead_event import EventKind
from tests.e2e.checks import check_everything
from tests.e2e.conftest import DESKTOP
from tests.e2e.test_drafts import STORED, WORDS, note_of, save, saved, write_note

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group(__name__)]


@pytest.fixture
def lead(claimed_lead) -> Lead:
    return claimed_lead


@pytest.fixture
def page(lead_page) -> Page:
    return lead_page


def end_claim(lead: Lead) -> None:
    Lead.objects.filter(pk=lead.pk).update(lease_ends_at=timezone.now() - timedelta(hours=1))


def test_typing_renews_the_claim(page, lead):
    soon = timezone.now() + timedelta(minutes=2)
    Lead.objects.filter(pk=lead.pk).update(lease_ends_at=soon)
    with page.expect_response(f"**/leads/{lead.pk}/claim/"):
        note_of(page).press_sequentially("Half")
    lead.refresh_from_db()
    assert lead.lease_ends_at > timezone.now() + timedelta(minutes=29)
    note_of(page).press_sequentially(" a thought")
    assert lead.events.filter(kind=EventKind.CLAIMED).count() == 1


def test_a_claim_that_ended_meanwhile_is_taken_again_with_the_note(page, lead, staff):
    write_note(page)
    end_claim(lead)
    again = page.get_by_role("button", name="Claim again and save")
    expect(again).to_have_count(1)
    expect(page.locator("#act-note").get_by_text("You do not hold this lead")).to_be_visible()
    expect(note_of(page)).to_have_value(WORDS)
    again.click()
    expect(page.get_by_text("The note is saved.")).to_be_visible()
    expect(page.get_by_text("You hold this lead until")).to_be_visible()
    lead.refresh_from_db()
    assert lead.is_claimed_by(staff.pk)
    assert saved() == [WORDS]
    assert page.evaluate(STORED) == 0


def test_a_lead_that_somebody_else_took_gives_back_what_was_typed(page, lead, colleague):
    write_note(page)
    end_claim(lead)
    expect(page.get_by_role("button", name="Claim again and save")).to_be_visible()
    page.route(f"**/leads/{lead.pk}/", lambda route: route.abort())  # no update comes between
    claim.claim(lead.pk, actor=colleague)
    page.get_by_role("button", name="Claim again and save").click()
    expect(page.get_by_role("heading", name="sita works on this lead.")).to_be_visible()
    expect(page.get_by_label("What you typed")).to_have_value(WORDS)
    check_everything(page, "a lead that somebody else took", DESKTOP)
    assert saved() == []
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_label("What you typed")).to_have_count(0)
    assert page.evaluate(STORED) == 0


def test_a_note_whose_answer_was_lost_is_saved_once(page, lead):
    def lose(route):
        route.fetch()
        route.abort()

    page.route("**/note/", lose)
    note_of(page).fill(WORDS)
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_text("We cannot reach Loopin.")).to_be_visible()
    assert saved() == [WORDS]
    page.unroute("**/note/")
    page.reload()
    expect(note_of(page)).to_have_value(WORDS)
    save(page)
    assert saved() == [WORDS]


def test_what_is_typed_while_the_note_is_being_saved_is_another_note(page):
    def type_more(route):
        note_of(page).press_sequentially(", two of them")
        route.continue_()

    page.route("**/note/", type_more)
    note_of(page).fill(WORDS)
    note_of(page).press("End")
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_text("The note is saved.")).to_be_visible()
    expect(note_of(page)).to_have_value(f"{WORDS}, two of them")
    page.unroute("**/note/")
    page.get_by_role("button", name="Save the note").click()
    expect(page.locator("blockquote", has_text="two of them")).to_be_visible()
    assert sorted(saved()) == [WORDS, f"{WORDS}, two of them"]


def test_two_tabs_with_one_draft_save_it_once(page, lead):
    note_of(page).fill(WORDS)
    other = page.context.new_page()
    other.goto(f"/leads/{lead.pk}/")
    expect(note_of(other)).to_have_value(WORDS)
    save(other)
    expect(note_of(page)).to_have_value("")
    assert saved() == [WORDS]
