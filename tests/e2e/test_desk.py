"""The live desk in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import RateCounter
from leads.actions.status import change_status
from leads.models import Lead
from leads.models.lead_choices import Status
from leads.models.lead_event import EventKind
from tests.cast import ALICE, BOB, CAROL
from tests.e2e.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group(__name__)]


def make(phone_number):
    Lead.objects.advance(phone_number, EventKind.CODE_REQUESTED)
    return Lead.objects.get(phone_number=phone_number).pk


@pytest.fixture
def at_desk(open_browser, live, sign_in):
    """`at_desk(user, viewport=…)`: the list in a browser of theirs."""

    def show(user, address="/leads/", **options):
        page = sign_in(open_browser(**({"viewport": DESKTOP} | options)), user)
        page.goto(address)
        page.mouse.move(1, 1)
        return page

    return show


def row(page, pk):
    return page.locator(f"#lead-{pk}")


def first_row(page):
    return page.locator("#list tbody tr").first


def rest_on(page, pk):
    """The pointer on a row, beside its link."""
    row(page, pk).locator('[data-label="Status"]').hover()


@pytest.fixture
def carol():
    return make(CAROL)


@pytest.fixture
def desk(at_desk, staff, carol):
    """A desk that shows one lead, its page never reloaded."""
    page = at_desk(staff)
    expect(row(page, carol)).to_be_visible()
    page.evaluate("window.neverReloaded = true")
    return page


def test_what_changes_and_what_arrives_shows_by_itself(desk, carol, sales_manager):
    change_status(carol, Status.LOST, actor=sales_manager)
    expect(row(desk, carol)).to_contain_text("Lost")
    bob = make(BOB)
    expect(first_row(desk)).to_have_id(f"lead-{bob}")
    expect(first_row(desk)).to_have_class("arrived")
    expect(desk.get_by_role("status").filter(has_text="1 new lead")).to_have_count(1)
    assert desk.evaluate("window.neverReloaded")


def test_rows_wait_while_the_pointer_is_on_them(desk, carol, sales_manager):
    rest_on(desk, carol)
    bob = make(BOB)
    change_status(carol, Status.LOST, actor=sales_manager)
    expect(desk.get_by_role("link", name="Show 1 new")).to_be_visible()
    expect(desk.get_by_text("1 new lead above the list")).to_have_count(1)
    expect(row(desk, carol)).to_contain_text("Lost")
    expect(desk.locator("#list tbody tr")).to_have_count(1)
    desk.mouse.move(1, 1)
    expect(first_row(desk)).to_have_id(f"lead-{bob}")
    expect(desk.get_by_role("link", name="Show 1 new")).to_have_count(0)


def test_what_waits_comes_when_asked_for(desk, carol):
    rest_on(desk, carol)
    bob = make(BOB)
    desk.get_by_role("link", name="Show 1 new").click()
    expect(first_row(desk)).to_have_id(f"lead-{bob}")
    assert desk.evaluate("window.neverReloaded")


def test_focus_and_checked_rows_stay(desk, carol, sales_manager):
    row(desk, carol).get_by_role("checkbox").check()
    expect(desk.get_by_text("1 lead checked")).to_be_visible()
    row(desk, carol).get_by_role("link").focus()
    change_status(carol, Status.LOST, actor=sales_manager)
    expect(row(desk, carol)).to_contain_text("Lost")
    expect(row(desk, carol).get_by_role("checkbox")).to_be_checked()
    expect(row(desk, carol).get_by_role("link")).to_be_focused()


def test_a_half_typed_search_and_its_place_stay(desk, carol):
    search = desk.get_by_label("Search")
    search.fill("98")
    expect(desk.get_by_text("Type at least 3 characters to search.")).to_be_visible()
    bob = make(BOB)
    expect(row(desk, bob)).to_be_visible()
    expect(search).to_have_value("98")
    expect(search).to_be_focused()


POLL_AT_ONCE = """document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.requestConfig.elt.id === "filters") setTimeout(() => htmx.trigger("#list", "poll"));
})"""


def test_a_poll_right_after_a_search_asks_for_what_was_searched(desk, carol):
    desk.evaluate(POLL_AT_ONCE)
    with desk.expect_response(lambda answer: "q=" in answer.url and answer.status == 304):
        desk.get_by_label("Search").fill("nobody")
    expect(desk.get_by_text("No leads match.")).to_be_visible()


def test_filters_are_in_the_address_without_empty_ones(desk, carol, live):
    desk.get_by_label("Search").fill("5678")
    expect(desk).to_have_url(f"{live.url}/leads/?q=5678")
    expect(row(desk, carol)).to_be_visible()
    desk.get_by_label("Stage").select_option("verified")
    expect(desk).to_have_url(f"{live.url}/leads/?q=5678&stage=verified")
    expect(desk.get_by_text("No leads match.")).to_be_visible()
    desk.get_by_role("link", name="Stage: Verified").click()
    expect(desk).to_have_url(f"{live.url}/leads/?q=5678")
    expect(row(desk, carol)).to_be_visible()


def test_a_search_past_the_day_s_reveals_says_why_and_goes_on(desk, carol):
    search = desk.get_by_label("Search")
    search.fill("5678")
    expect(desk.get_by_text("Search: 5678")).to_be_visible()
    RateCounter.objects.filter(key__startswith="reveal:").update(count=200)
    search.fill("1111")
    expect(desk.get_by_text("You have looked for as many numbers")).to_be_visible()
    desk.wait_for_timeout(2500)  # two polls
    expect(desk.get_by_text("Live", exact=True).first).to_be_visible()
    search.fill("5678")
    expect(row(desk, carol)).to_be_visible()
    expect(desk.get_by_text("You have looked for as many numbers")).to_have_count(0)


def test_without_a_network_the_list_stays_and_catches_up(desk, carol):
    desk.context.set_offline(True)
    expect(desk.get_by_text("No connection, trying again").first).to_be_visible()
    bob = make(BOB)
    expect(row(desk, carol)).to_be_visible()
    desk.context.set_offline(False)
    expect(row(desk, bob)).to_be_visible()
    expect(desk.get_by_text("Live", exact=True).first).to_be_visible()


def test_one_failure_is_passed_over_in_silence(desk, carol):
    failures = []

    def fail_once(route):
        if failures:
            return route.continue_()
        failures.append(route)
        return route.fulfill(status=503)

    desk.route("**/leads/", fail_once)
    bob = make(BOB)
    expect(row(desk, bob)).to_be_visible()
    assert failures
    expect(desk.get_by_text("No connection")).to_have_count(0)


def test_a_paused_desk_stands_still(desk, carol):
    desk.get_by_role("button", name="Pause").click()
    expect(desk.get_by_text("Paused", exact=True)).to_be_visible()
    desk.mouse.move(1, 1)
    bob = make(BOB)
    desk.wait_for_timeout(2500)
    expect(row(desk, bob)).to_have_count(0)
    desk.keyboard.press("p")
    expect(row(desk, bob)).to_be_visible()


def test_by_keyboard_alone(desk, carol, live):
    bob = make(BOB)
    expect(first_row(desk)).to_have_id(f"lead-{bob}")
    desk.keyboard.press("j")
    expect(row(desk, bob).get_by_role("link")).to_be_focused()
    desk.keyboard.press("j")
    expect(row(desk, carol).get_by_role("link")).to_be_focused()
    desk.keyboard.press("x")
    expect(row(desk, carol).get_by_role("checkbox")).to_be_checked()
    desk.keyboard.press("k")
    desk.keyboard.press("Enter")
    expect(desk.locator("#drawer")).not_to_be_empty()
    expect(desk).to_have_url(f"{live.url}/leads/{bob}/")
    desk.keyboard.press("Escape")
    expect(desk.locator("#drawer")).to_be_empty()
    expect(row(desk, bob).get_by_role("link")).to_be_focused()
    expect(desk).to_have_url(f"{live.url}/leads/")
    desk.keyboard.press("/")
    expect(desk.get_by_label("Search")).to_be_focused()
    desk.keyboard.type("j?/xp")
    expect(desk.get_by_label("Search")).to_have_value("j?/xp")


def test_keys_can_be_switched_off(desk, carol):
    desk.keyboard.press("?")
    expect(desk.get_by_role("dialog", name="Keys")).to_be_visible()
    desk.get_by_label("Use these keys").uncheck()
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("dialog", name="Keys")).to_be_hidden()
    desk.keyboard.press("?")
    desk.keyboard.press("p")
    desk.reload()
    desk.keyboard.press("p")
    expect(desk.get_by_role("dialog", name="Keys")).to_be_hidden()
    expect(desk.get_by_text("Live", exact=True).first).to_be_visible()


def test_somebody_who_loses_the_role_sees_no_lead_any_more(desk, carol, staff):
    staff.groups.clear()
    expect(desk.get_by_text("Your account has no sales role yet. Ask an admin.")).to_be_visible()
    expect(row(desk, carol)).to_have_count(0)


def test_many_leads_at_once(at_desk, sales_manager, staff, carol):
    ids = [carol, make(BOB), make(ALICE)]
    page = at_desk(sales_manager)
    page.get_by_label("Select all on this page").check()
    expect(page.get_by_text("3 leads checked")).to_be_visible()
    page.get_by_label("Whom to assign checked leads to").select_option(label="sam")
    page.get_by_role("button", name="Assign", exact=True).click()
    expect(page.get_by_text("3 changed.")).to_be_visible()
    assert Lead.objects.filter(owner=staff).count() == len(ids)
    for pk in ids:
        expect(row(page, pk)).to_contain_text("sam until")


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_message_covers_nothing_that_is_done_next(at_desk, sales_manager, carol, viewport):
    page = at_desk(sales_manager, viewport=viewport)
    row(page, carol).get_by_role("checkbox").check()
    page.get_by_label("Status for checked leads").select_option("lost")
    page.get_by_role("button", name="Set", exact=True).click()
    message = page.get_by_text("1 changed.")
    expect(message).to_be_in_viewport(ratio=1)
    row(page, carol).get_by_role("checkbox").check()
    for button in page.locator("#bulk button").all():
        button.click(trial=True)
    expect(message).to_be_in_viewport(ratio=1)
    row(page, carol).get_by_role("link").click()
    expect(page.locator("#drawer")).not_to_be_empty()
    expect(message).to_have_count(0)


def test_a_view_is_saved_and_found_again(desk, carol):
    desk.get_by_label("Status", exact=True).select_option("lost")
    expect(desk.get_by_text("No leads match.")).to_be_visible()
    desk.get_by_text("Save this view").click()
    desk.get_by_label("Name of this view").fill("Lost ones")
    desk.get_by_role("button", name="Save", exact=True).click()
    bar = desk.get_by_role("list", name="Saved views")
    expect(bar.get_by_role("link", name="Lost ones")).to_have_attribute("aria-current", "page")
    expect(bar.get_by_role("link", name="Lost ones")).to_contain_text("0")


def test_without_javascript(at_desk, live, staff, sales_manager, carol):
    page = at_desk(staff, java_script_enabled=False)
    bob = make(BOB)
    change_status(carol, Status.LOST, actor=sales_manager)
    page.get_by_role("link", name="Reload and mark what changed").click()
    expect(page.get_by_text(re.compile(r"1 new, 1 changed since \d\d:\d\d"))).to_be_visible()
    expect(row(page, bob).get_by_text("New", exact=True).first).to_be_visible()
    expect(row(page, carol).get_by_text("Changed", exact=True)).to_be_visible()
    page.get_by_label("Search").fill("5678")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(f"{live.url}/leads/?q=5678")
    expect(row(page, bob)).to_have_count(0)
    page.get_by_role("link", name="Saved views").click()
    expect(page.get_by_text("No saved views yet.")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_nothing_is_wider_than_the_screen(at_desk, sales_manager, carol, script):
    page = at_desk(sales_manager, "/leads/?country=IN", java_script_enabled=script)
    expect(row(page, carol)).to_be_visible()
    for screen in (PHONE, {"width": 768, "height": 900}, {"width": 640, "height": 450}):
        page.set_viewport_size(screen)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), screen
