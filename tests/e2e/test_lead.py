"""One lead in a real browser: claimed once, called, undone; live, by keyboard, without script."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.phone.grouping import grouped
from leads.actions import claim, contact
from leads.models import Lead
from leads.models.lead_event import EventKind
from tests.cast import CAROL
from tests.e2e.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.xdist_group(__name__)]

MASKED = "+91 ••••• ••678"


@pytest.fixture
def lead(live) -> Lead:
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED, contact_consent=True)
    return Lead.objects.get()


@pytest.fixture
def at_desk(open_browser, lead, sign_in):
    """`at_desk(staff)`: the lead's page in a browser of theirs."""

    def show(user, **options) -> Page:
        page = sign_in(open_browser(**({"viewport": DESKTOP} | options)), user)
        page.goto(f"/leads/{lead.pk}/")
        expect(page.get_by_role("heading", name=MASKED)).to_be_visible()
        return page

    return show


def test_of_two_who_claim_one_calls_and_the_other_hears_who(at_desk, staff, colleague):
    first, second = at_desk(staff), at_desk(colleague)
    first.get_by_role("button", name="Claim").click()
    expect(first.get_by_text("You hold this lead until")).to_be_visible()
    second.get_by_role("button", name="Claim").click()
    expect(second.get_by_role("heading", name="sam works on this lead.")).to_be_visible()
    expect(second.get_by_text(MASKED)).to_have_count(0)


def test_reveal_and_log_a_call(at_desk, staff):
    page = at_desk(staff)
    page.get_by_role("button", name="Claim").click()
    page.get_by_role("button", name="Show the number").click()
    expect(page.get_by_role("heading", name=grouped(CAROL))).to_be_visible()
    expect(page.get_by_role("link", name="Call")).to_have_attribute("href", f"tel:{CAROL}")
    expect(page.get_by_text("1 number looked at today")).to_be_visible()
    page.get_by_text("Log a call").click()
    form = page.locator("#act-call")
    expect(form.get_by_label("Call back at")).to_be_hidden()
    form.get_by_text("Call back later").click()
    expect(form.get_by_label("Call back at")).to_be_visible()
    form.get_by_role("button", name="Log the call").click()
    expect(page.get_by_role("alert").get_by_text("Say when to call back.")).to_be_visible()
    form.get_by_text("No answer").click()
    form.get_by_label("Note").fill("Rang twice")
    form.get_by_role("button", name="Log the call").click()
    expect(page.get_by_text("The call is logged.")).to_be_visible()
    expect(page.get_by_text("Called: No answer")).to_be_visible()
    expect(page.locator("blockquote", has_text="Rang twice")).to_be_visible()
    expect(form).to_be_hidden()


def test_what_others_do_shows_by_itself_and_half_a_note_stays(at_desk, staff, lead):
    page = at_desk(staff)
    page.get_by_role("button", name="Claim").click()
    note = page.locator("#note_text")
    note.fill("half a thought")
    note.press("End")
    page.locator("#fold-follow-up summary").click()
    note.focus()
    contact.write_note(lead.pk, "From elsewhere", actor=staff)
    expect(page.locator("blockquote", has_text="From elsewhere")).to_be_visible()
    expect(note).to_have_value("half a thought")
    expect(note).to_be_focused()
    expect(page.get_by_role("button", name="In 1 hour")).to_be_visible()
    page.get_by_role("button", name="Save the note").click()
    expect(page.locator("blockquote", has_text="half a thought")).to_be_visible()
    expect(note).to_have_value("")


def test_a_lead_taken_by_somebody_else_leaves_the_screen(at_desk, staff, colleague, lead):
    page = at_desk(staff)
    claim.claim(lead.pk, actor=colleague)
    expect(page.get_by_text(f"{colleague.username} has it.")).to_be_visible()
    expect(page.get_by_text(MASKED)).to_have_count(0)


def test_verify_by_hand_and_undo(at_desk, sales_manager):
    page = at_desk(sales_manager)
    page.get_by_text("Verify by hand").click()
    page.get_by_label("Reason").fill("Showed a bill")
    page.get_by_role("button", name="Mark as verified").click()
    expect(page.get_by_text("Marked as verified by hand.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Took the mark as verified back")).to_be_visible()
    expect(page.get_by_text("Verify by hand")).to_be_visible()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_without_javascript(at_desk, staff, viewport):
    page = at_desk(staff, java_script_enabled=False, viewport=viewport)
    page.get_by_role("button", name="Claim").click()
    expect(page.get_by_text("You hold this lead.")).to_be_visible()
    page.get_by_text("Log a call").click()
    page.get_by_text("Reached", exact=True).click()
    page.get_by_role("button", name="Log the call").click()
    expect(page.get_by_text("Called: Reached")).to_be_visible()
    page.get_by_text("Send a link to go on").click()
    page.get_by_role("button", name="Make a link to copy").click()
    expect(page.get_by_label("The link")).to_have_value(re.compile("/resume/"))
    page.get_by_role("link", name="Follow-ups").click()
    expect(page.get_by_role("heading", name="Leads")).to_be_visible()


def test_by_keyboard_alone(at_desk, staff):
    page = at_desk(staff)

    def tab_to(selector):
        for _ in range(60):
            if page.locator(f"{selector}:focus").count():
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"no way to {selector} by keyboard")

    tab_to("#act-claim-1")
    page.keyboard.press("Enter")
    expect(page.locator("#detail-done")).to_be_focused()
    tab_to("#fold-call summary")
    page.keyboard.press("Enter")
    tab_to("#act-call input")
    page.keyboard.press("Space")
    tab_to("#call_note")
    page.keyboard.type("By keyboard")
    tab_to("#act-call-1")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Called: Reached")).to_be_visible()
    expect(page.locator("#detail-done")).to_be_focused()


def test_the_link_brings_the_person_to_the_code_step(at_desk, staff, open_browser, live):
    page = at_desk(staff)
    page.get_by_role("button", name="Claim").click()
    page.get_by_text("Send a link to go on").click()
    page.get_by_role("button", name="Make a link to copy").click()
    address = page.get_by_label("The link").input_value()
    person = open_browser()
    person.goto(re.sub(r"^https?://[^/]+", "", address))
    expect(person.get_by_text("Continue as")).to_contain_text(MASKED)
    person.get_by_role("button", name="Continue").click()
    expect(person.get_by_role("heading", name="Enter your code")).to_be_visible()
    person.get_by_label("Code", exact=True).fill(live.last_code(CAROL))
    person.wait_for_url("**/profile/**")
    expect(page.get_by_text("Opened the link to go on")).to_be_visible()


def test_the_badge_counts_promised_calls(at_desk, staff, lead):
    page = at_desk(staff)
    claim.claim(lead.pk, actor=staff)
    contact.set_follow_up(lead.pk, timezone.now(), actor=staff)
    page.reload()
    badge = page.get_by_role("link", name="Follow-ups 1 due, 1 overdue")
    expect(badge).to_be_visible()
    badge.click()
    expect(page.get_by_role("link", name=MASKED)).to_be_visible()


def test_the_drawer_over_the_list_is_as_live_as_the_page(at_desk, staff, lead):
    page = at_desk(staff)
    page.goto("/leads/")
    page.get_by_role("link", name=MASKED).click()
    drawer = page.locator("#drawer")
    expect(drawer.get_by_role("heading", name=MASKED)).to_be_visible()
    drawer.get_by_role("button", name="Claim").click()
    expect(drawer.get_by_text("You hold this lead until")).to_be_visible()
    drawer.locator("#fold-call summary").click()
    drawer.locator("#note_text").fill("half a thought")
    contact.write_note(lead.pk, "From elsewhere", actor=staff)
    expect(drawer.locator("blockquote", has_text="From elsewhere")).to_be_visible()
    expect(drawer.locator("#note_text")).to_have_value("half a thought")
    expect(drawer.get_by_role("button", name="Log the call")).to_be_visible()
