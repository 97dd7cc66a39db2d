"""Staff whose session ended sign in over the page, and what they were doing goes on, once."""

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from accounts.models import Session
from accounts.staff.flows import is_enrolled
from leads.actions import claim
from leads.models import Lead, LeadNote
from leads.models.lead_event import EventKind
from loopin.settings import PASSWORD_HASHERS
from tests.accounts.staff.door import SECOND, another_moment, app_code, enrol, give_password
from tests.cast import CAROL
from tests.e2e.checks import check_shown
from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.test_drafts import STORED, WORDS, draft_of, note_of, write_note

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="session")
def _strict_server(serve):
    return serve(STAFF_REQUIRE_2FA="true")[1]


@pytest.fixture
def live(_strict_server, transactional_db):
    """A site where staff need their second factor."""
    return _strict_server


@pytest.fixture(autouse=True)
def _hashers_of_server(settings) -> None:
    """Passwords that are typed here are hashed as the server, which checks them next, does."""
    settings.PASSWORD_HASHERS = PASSWORD_HASHERS


@pytest.fixture
def lead(live, staff) -> Lead:
    """One that the agent has claimed."""
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED, contact_consent=True)
    lead = Lead.objects.get(phone_number=CAROL)
    claim.claim(lead.pk, actor=staff)
    return lead


@pytest.fixture
def enter(live):
    """`enter(page, member)`: the page, in the browser of somebody with a second factor."""

    def give(page: Page, member) -> Page:
        if is_enrolled(member.pk):
            client = give_password(member)
            client.post(SECOND, {"second_factor": app_code(member)})
        else:
            client, _codes = enrol(member)
        another_moment(member)
        session = client.cookies[settings.SESSION_COOKIE_NAME]
        cookie = {"name": session.key, "value": session.value, "url": live.url}
        page.context.add_cookies([cookie])
        return page

    return give


@pytest.fixture
def page(open_browser, enter, lead, staff) -> Page:
    page = enter(open_browser(viewport=DESKTOP), staff)
    page.goto(f"/leads/{lead.pk}/")
    return page


def dialog_of(page: Page):
    return page.get_by_role("dialog", name="Staff sign-in").or_(
        page.get_by_role("dialog", name="Enter your code")
    )


def end_session() -> None:
    Session.objects.all().delete()


def sign_in_over_page(page: Page, member) -> None:
    """By keyboard alone."""
    expect(page.get_by_role("dialog", name="Staff sign-in")).to_be_visible()
    expect(page.get_by_label("Username")).to_be_focused()
    page.keyboard.type(member.username)
    page.keyboard.press("Tab")
    page.keyboard.type("correct horse")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Enter your code")).to_be_visible()
    another_moment(member)
    expect(page.get_by_label("Code", exact=True)).to_be_focused()
    page.keyboard.type(app_code(member))
    page.keyboard.press("Enter")


def saved() -> list[str]:
    return list(LeadNote.objects.values_list("text", flat=True))


def test_a_note_goes_on_after_the_sign_in_and_is_saved_once(page, staff):
    page.evaluate("window.neverReloaded = true")
    write_note(page)
    page.route("**/leads/*/", lambda route: route.abort())  # the note is first to find out
    end_session()
    page.get_by_role("button", name="Save the note").click()
    page.unroute("**/leads/*/")
    sign_in_over_page(page, staff)
    expect(page.get_by_text("The note is saved.")).to_be_visible()
    expect(page.locator("blockquote", has_text=WORDS)).to_be_visible()
    expect(dialog_of(page)).to_have_count(0)
    assert saved() == [WORDS]
    assert page.evaluate(STORED) == 0
    assert page.evaluate("window.neverReloaded")


def test_a_poll_asks_for_the_sign_in_hides_the_lead_and_keeps_what_was_typed(page, staff):
    write_note(page)
    end_session()
    expect(page.get_by_role("dialog", name="Staff sign-in")).to_be_visible()
    assert "678" not in page.locator("#detail").inner_html()
    assert "678" not in page.title()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Staff sign-in")).to_be_visible()
    page.get_by_label("Username").focus()
    sign_in_over_page(page, staff)
    expect(dialog_of(page)).to_have_count(0)
    expect(page.get_by_role("heading", name="678")).to_be_visible()
    expect(note_of(page)).to_have_value(WORDS)
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_text("The note is saved.")).to_be_visible()
    assert saved() == [WORDS]


def test_nobody_is_interrupted_in_the_middle_of_a_word(page):
    write_note(page)
    note_of(page).press("End")
    end_session()
    words = " for two, and asks for a call at six in the evening"
    note_of(page).press_sequentially(words, delay=100)  # longer than a poll
    expect(page.get_by_label("Username")).to_be_focused()
    expect(page.get_by_label("Username")).to_have_value("")
    assert note_of(page).input_value() == WORDS + words


def test_without_a_network_the_dialog_says_so_and_goes_on_with_one(page, staff):
    page.route("**/login/**", lambda route: route.abort())
    end_session()
    expect(page.locator("#sign-in").get_by_text("We cannot reach Loopin.")).to_be_visible()
    page.unroute("**/login/**")
    page.evaluate("dispatchEvent(new Event('online'))")
    sign_in_over_page(page, staff)
    expect(page.get_by_role("heading", name="678")).to_be_visible()


def test_a_wrong_password_is_told_in_the_dialog(page, staff):
    end_session()
    expect(page.get_by_label("Username")).to_be_focused()
    page.get_by_label("Username").fill("sam")
    page.get_by_label("Password", exact=True).fill("wrong")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("do not belong to a staff account")).to_be_visible()
    page.get_by_label("Username").fill("")
    page.get_by_label("Username").focus()
    sign_in_over_page(page, staff)
    expect(page.get_by_role("heading", name="678")).to_be_visible()


def test_the_list_goes_on_too(page, lead, staff):
    page.goto("/leads/")
    end_session()
    sign_in_over_page(page, staff)
    page.locator(f"#open-{lead.pk}").click()
    expect(page.locator("#drawer").get_by_role("heading", name="678")).to_be_visible()
    expect(page.get_by_text("Live", exact=True).first).to_be_visible()


def test_somebody_else_signs_in_and_nothing_goes_on_in_their_name(page, sales_manager, lead):
    enrol(sales_manager)
    write_note(page)
    page.route("**/leads/*/", lambda route: route.abort())
    end_session()
    page.get_by_role("button", name="Save the note").click()
    page.unroute("**/leads/*/")
    with page.expect_navigation():
        sign_in_over_page(page, sales_manager)
    expect(page.get_by_text("sam holds this lead until")).to_be_visible()
    expect(note_of(page)).to_have_value("")
    assert saved() == []
    assert page.evaluate(STORED) == 1


def test_a_stale_token_is_renewed_without_a_word(page, enter, staff, live):
    write_note(page)
    enter(page, staff)  # as another tab does
    cookie = {"name": settings.CSRF_COOKIE_NAME, "value": "x" * 32, "url": live.url}
    page.context.add_cookies([cookie])
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_text("The note is saved.")).to_be_visible()
    expect(page.get_by_text("out of date")).to_have_count(0)
    assert saved() == [WORDS]


def test_a_tab_of_somebody_else_becomes_that_of_who_signed_in(page, enter, sales_manager):
    write_note(page)
    with page.expect_navigation():
        enter(page, sales_manager)
    expect(page.get_by_text("sam holds this lead until")).to_be_visible()
    expect(draft_of(page)).to_be_hidden()
    assert page.evaluate(STORED) == 1


def test_a_sign_in_on_another_tab_is_enough(page, enter, staff):
    write_note(page)
    end_session()
    expect(page.get_by_role("dialog", name="Staff sign-in")).to_be_visible()
    enter(page, staff)
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.get_by_role("heading", name="678")).to_be_visible()
    expect(note_of(page)).to_have_value(WORDS)


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_dialog_is_accessible_and_as_wide_as_the_screen(page, staff, viewport):
    page.set_viewport_size(viewport)
    end_session()
    expect(page.get_by_role("dialog", name="Staff sign-in")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    check_shown(page, "sign-in dialog")


def test_without_javascript_the_note_is_shown_and_sent_again(open_browser, enter, staff, lead):
    page = enter(open_browser(java_script_enabled=False), staff)
    page.goto(f"/leads/{lead.pk}/")
    note_of(page).fill(WORDS)
    end_session()
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_role("heading", name="Not saved yet")).to_be_visible()
    expect(page.get_by_label("What you typed")).to_have_value(WORDS)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in on a new tab").click()
    other = opened.value
    other.get_by_label("Username").fill("sam")
    other.get_by_label("Password", exact=True).fill("correct horse")
    other.get_by_role("button", name="Log in").click()
    another_moment(staff)
    other.get_by_label("Code", exact=True).fill(app_code(staff))
    other.get_by_role("button", name="Continue").click()
    expect(other.get_by_role("heading", name="Leads")).to_be_visible()
    page.get_by_role("button", name="Send it again").click()
    # The sign-in has changed the form's token, so the page asks once more, with the one that holds.
    expect(page.get_by_text("You signed in again")).to_be_visible()
    page.get_by_role("button", name="Send it again").click()
    expect(page.get_by_text("The note is saved.")).to_be_visible()
    assert saved() == [WORDS]
