"""Staff at the door, in a real browser: with and without JavaScript, by keyboard."""

import re

import pytest
from django.contrib.auth.hashers import make_password
from playwright.sync_api import Page, expect

from accounts.staff.flows import reset_second_factor
from tests.accounts.staff.door import another_moment, app_code, invitation_of
from tests.e2e.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="session")
def _strict_server(serve):
    return serve(STAFF_REQUIRE_2FA="true")[1]


@pytest.fixture
def live(_strict_server, transactional_db):
    """A site where staff need their second factor."""
    return _strict_server


@pytest.fixture
def sam(staff, live):
    staff.password = make_password("correct horse", hasher="pbkdf2_sha256")
    staff.save()
    return staff


def type_and_enter(page: Page, *words: str) -> None:
    """The field that waits, the next ones, Enter: no mouse."""
    expect(page.locator("input:focus")).to_be_visible()
    for number, word in enumerate(words):
        if number:
            page.keyboard.press("Tab")
        page.keyboard.type(word)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_first_and_the_second_sign_in(open_browser, sam, script, viewport):
    page = open_browser(viewport=viewport, java_script_enabled=script)
    page.goto("/leads/")
    expect(page.get_by_role("heading", name="Staff sign-in")).to_be_visible()
    type_and_enter(page, "sam", "wrong")
    expect(page.get_by_text("do not belong to a staff account")).to_be_visible()
    expect(page.get_by_label("Username")).to_be_focused()
    page.get_by_label("Username").fill("")
    type_and_enter(page, "sam", "correct horse")
    expect(page.get_by_role("heading", name="Open your invitation")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.goto(invitation_of(sam))
    expect(page.get_by_role("heading", name="Set up your second factor")).to_be_visible()
    picture = page.get_by_role("img", name="QR code")
    expect(picture).to_be_visible()
    page.wait_for_load_state("load")
    assert picture.evaluate("image => image.naturalWidth") > 100
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    type_and_enter(page, app_code(sam))

    expect(page.get_by_role("heading", name="Keep these recovery codes")).to_be_visible()
    expect(page.get_by_role("listitem")).to_have_count(10)
    code = page.get_by_role("listitem").nth(6).inner_text()
    assert re.fullmatch(r"(\w{4}-){3}\w{4}", code)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="I have kept them").press("Enter")
    expect(page.get_by_role("heading", name="Leads")).to_be_visible()
    page.get_by_role("button", name="Log out").click()

    page.goto("/leads/")
    type_and_enter(page, "sam", "correct horse")
    expect(page.get_by_role("heading", name="Enter your code")).to_be_visible()
    type_and_enter(page, code)
    expect(page.get_by_role("heading", name="Leads")).to_be_visible()
    page.goto("/django/admin/second-factor/codes/")
    expect(page.get_by_text("9 recovery codes left")).to_be_visible()
    another_moment(sam)
    type_and_enter(page, app_code(sam))
    expect(page.get_by_role("listitem")).to_have_count(10)


def test_a_reset_shows_at_the_next_poll_of_an_open_desk(open_browser, sam):
    page = open_browser(viewport=DESKTOP)
    page.goto(invitation_of(sam))
    type_and_enter(page, "sam", "correct horse")
    expect(page.get_by_role("heading", name="Set up your second factor")).to_be_visible()
    type_and_enter(page, app_code(sam))
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    reset_second_factor(sam.pk)
    expect(page.get_by_role("dialog", name="Staff sign-in")).to_be_visible()
    expect(page.get_by_role("region", name="Leads")).to_be_empty()
