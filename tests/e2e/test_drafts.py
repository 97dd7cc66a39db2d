"""What staff type about a lead stays until it is saved, whatever happens to the page."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from leads.actions import contact
from leads.actions.status import change_status
from leads.models import Lead, LeadNote
from leads.models.lead_choices import Status
from tests.e2e.checks import check_everything
from tests.e2e.conftest import DESKTOP

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group(__name__)]

WORDS = "Wants the weekend tickets"
STORED = "Object.keys(localStorage).filter((key) => key.startsWith('draft:')).length"


@pytest.fixture
def lead(claimed_lead) -> Lead:
    return claimed_lead


@pytest.fixture
def page(lead_page) -> Page:
    return lead_page


@pytest.fixture
def desk(page, lead) -> Page:
    """The list with the lead in the drawer."""
    page.goto("/leads/")
    open_lead(page, lead.pk)
    return page


def open_lead(page: Page, pk: int) -> None:
    """What is in the drawer takes input at once, and sends something once htmx has settled."""
    page.locator(f"#open-{pk}").click()
    expect(page.locator(f'#drawer [hx-get^="/leads/{pk}/"]').first).to_be_attached()
    expect(page.locator(".htmx-settling")).to_have_count(0)


def other_than(lead: Lead) -> int:
    return Lead.objects.exclude(pk=lead.pk).get().pk


def note_of(page: Page):
    return page.locator("#note_text")


def write_note(page: Page) -> None:
    """Typing renews the claim, which is waited for: afterwards nothing is under way."""
    with page.expect_response("**/claim/"):
        note_of(page).fill(WORDS)


def draft_of(page: Page, name: str = "note"):
    return page.locator(f"#act-{name} .draft")


def save(page: Page) -> None:
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_text("The note is saved.")).to_be_visible()


def saved() -> list[str]:
    return list(LeadNote.objects.values_list("text", flat=True))


def test_a_draft_comes_back_after_a_reload_and_is_gone_when_saved(page):
    note_of(page).fill(WORDS)
    expect(draft_of(page)).to_be_hidden()
    page.reload()
    expect(note_of(page)).to_have_value(WORDS)
    expect(draft_of(page)).to_contain_text("Your draft of")
    check_everything(page, "a draft", DESKTOP)
    save(page)
    expect(note_of(page)).to_have_value("")
    expect(draft_of(page)).to_be_hidden()
    assert page.evaluate(STORED) == 0
    page.reload()
    expect(note_of(page)).to_have_value("")
    assert saved() == [WORDS]


def test_leaving_the_page_and_coming_back(page, lead):
    page.locator("#fold-call summary").click()
    page.locator("#act-call").get_by_text("Call back later").click()
    page.locator("#call_note").fill(WORDS)
    page.goto("/leads/insights/")
    page.go_back()
    expect(page.locator("#call_note")).to_have_value(WORDS)
    expect(page.get_by_label("Call back later")).to_be_checked()
    expect(page.get_by_label("Call back at")).to_be_visible()
    assert saved() == []


def test_esc_keeps_what_was_typed_by_keyboard_alone(desk, lead):
    note_of(desk).focus()
    desk.keyboard.type(WORDS)
    desk.keyboard.press("Escape")
    expect(desk.locator("#drawer")).to_be_empty()
    expect(desk.locator(f"#open-{lead.pk}")).to_be_focused()
    expect(desk.locator(f"#lead-{lead.pk}").get_by_text("Draft", exact=True)).to_be_visible()
    desk.keyboard.press("Enter")
    expect(note_of(desk)).to_have_value(WORDS)
    draft_of(desk).get_by_role("button", name="Discard").focus()
    desk.keyboard.press("Enter")
    expect(note_of(desk)).to_have_value("")
    expect(note_of(desk)).to_be_focused()
    assert desk.evaluate(STORED) == 0
    expect(desk.locator(".badge.draft")).to_have_count(0)


def test_another_lead_is_opened_and_the_first_again(desk, lead):
    note_of(desk).fill(WORDS)
    other = other_than(lead)
    open_lead(desk, other)
    expect(note_of(desk)).to_be_hidden()
    open_lead(desk, lead.pk)
    expect(note_of(desk)).to_have_value(WORDS)
    save(desk)
    assert saved() == [WORDS]


def test_an_update_changes_the_options_and_no_field_that_is_filled_in(page, lead, sales_manager):
    page.locator("#fold-status summary").click()
    page.locator("#status_note").fill(WORDS)
    page.locator("#status_note").press("Home")
    change_status(lead.pk, Status.CONTACTED, actor=sales_manager)
    statuses = page.locator("#status_status")
    expect(statuses.locator('option[value="contacted"]')).to_have_count(0)
    expect(page.locator("#status_note")).to_have_value(WORDS)
    expect(page.locator("#status_note")).to_be_focused()
    assert page.locator("#status_note").evaluate("field => field.selectionStart") == 0
    statuses.select_option("lost")
    contact.write_note(lead.pk, "From elsewhere", actor=sales_manager)
    expect(page.locator("blockquote", has_text="From elsewhere")).to_be_visible()
    expect(statuses).to_have_value("lost")


def test_a_form_without_input_is_brought_up_to_date(page, lead, sales_manager):
    token = page.locator('#act-note [name="submission"]').input_value()
    contact.write_note(lead.pk, "From elsewhere", actor=sales_manager)
    expect(page.locator("blockquote", has_text="From elsewhere")).to_be_visible()
    assert page.locator('#act-note [name="submission"]').input_value() != token


def test_a_refused_note_outlives_the_updates_after_it(page, lead, sales_manager):
    note_of(page).fill("x" * 2000)
    note_of(page).evaluate("field => field.removeAttribute('maxlength')")
    note_of(page).press_sequentially("yz")
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_text("Write at most 2000 characters.").first).to_be_visible()
    contact.write_note(lead.pk, "From elsewhere", actor=sales_manager)
    expect(page.locator("blockquote", has_text="From elsewhere")).to_be_visible()
    expect(note_of(page)).to_have_value("x" * 2000 + "yz")


def test_logging_out_asks_and_deletes_the_drafts(page, lead):
    note_of(page).fill(WORDS)
    page.goto("/leads/insights/")
    page.goto("/leads/shift/")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Log out").click()
    assert page.evaluate(STORED) == 1
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_text("You are logged out.")).to_be_visible()
    assert page.evaluate(STORED) == 0


def test_nobody_sees_the_drafts_of_somebody_else(page, lead, sales_manager, sign_in):
    note_of(page).fill(WORDS)
    sign_in(page, sales_manager)
    page.goto(f"/leads/{lead.pk}/")
    expect(note_of(page)).to_have_value("")
    expect(draft_of(page)).to_be_hidden()
    page.goto("/leads/")
    expect(page.locator(f"#lead-{lead.pk}")).to_be_visible()
    expect(page.locator(".badge.draft")).to_have_count(0)
    assert page.evaluate(STORED) == 1


def test_a_draft_is_deleted_after_a_week(page, lead):
    note_of(page).fill(WORDS)
    page.clock.install(time=timezone.now() + timedelta(days=7, minutes=1))
    page.reload()
    expect(page.get_by_text("You hold this lead until")).to_be_visible()
    expect(note_of(page)).to_have_value("")
    assert page.evaluate(STORED) == 0


WITHOUT_STORAGE = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("denied", "SecurityError"); },
})"""


def test_without_storage_drafts_last_as_long_as_the_page_which_asks(page, lead):
    page.add_init_script(WITHOUT_STORAGE)
    page.goto("/leads/")
    open_lead(page, lead.pk)
    write_note(page)
    page.keyboard.press("Escape")
    expect(page.locator("#drawer")).to_be_empty()
    open_lead(page, lead.pk)
    expect(note_of(page)).to_have_value(WORDS)
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.accept()


def test_digits_that_delete_a_person_are_stored_nowhere(open_browser, sign_in, lead, sales_manager):
    page = sign_in(open_browser(viewport=DESKTOP), sales_manager)
    page.goto(f"/leads/{lead.pk}/")
    page.locator("#fold-forget summary").click()
    page.locator("#forget_digits").fill("56")
    contact.write_note(lead.pk, "From elsewhere", actor=sales_manager)
    expect(page.locator("blockquote", has_text="From elsewhere")).to_be_visible()
    expect(page.locator("#forget_digits")).to_have_value("56")
    assert page.evaluate(STORED) == 0
