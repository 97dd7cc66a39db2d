"""Choosing a language, by keyboard and without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from tests.cast import BOB
from tests.e2e.checks import check_shown
from tests.e2e.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.xdist_group(__name__)]


def in_hindi(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("lang", "hi")


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP])
def test_the_switch_is_on_the_first_screen(open_browser, viewport):
    page = open_browser(viewport=viewport)
    page.goto("/signup/")
    switch = page.get_by_role("banner").get_by_role("button", name="हिन्दी")
    expect(switch).to_be_in_viewport()
    expect(switch).to_have_attribute("lang", "hi")
    box = switch.bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= 24


def test_choosing_by_keyboard(page):
    page.goto("/signup/")
    switch = page.get_by_role("banner").get_by_role("button", name="हिन्दी")
    for _ in range(10):
        page.keyboard.press("Shift+Tab")  # the form has the focus, and the switch is before it
        if switch.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    in_hindi(page)
    expect(page).to_have_url("/signup/")
    page.reload()
    in_hindi(page)


def test_choosing_without_javascript(plain):
    plain.goto("/login/")
    plain.get_by_role("button", name="हिन्दी").click()
    in_hindi(plain)
    expect(plain).to_have_url("/login/")
    plain.get_by_role("button", name="English").click()
    expect(plain.locator("html")).to_have_attribute("lang", "en")


def test_choosing_in_the_middle_of_signing_up_goes_on_there(page):
    """The address is the one that htmx moved to, not that of the page which drew the switch."""
    page.goto("/signup/")
    page.locator("input[name=phone_number]").fill(BOB)
    page.locator("#step").get_by_role("button").first.click()
    page.wait_for_url("**/verify/")
    page.get_by_role("banner").get_by_role("button", name="हिन्दी").click()
    in_hindi(page)
    expect(page).to_have_url("/verify/")
    expect(page.locator("input[name=otp_code]")).to_be_visible()


def test_a_browser_in_hindi_is_answered_in_hindi(open_browser):
    page = open_browser(locale="hi-IN")
    page.goto("/signup/")
    in_hindi(page)


def test_axe_finds_nothing_in_hindi(open_browser):
    page = open_browser(locale="hi-IN")
    page.goto("/signup/")
    check_shown(page, "/signup/ in Hindi")
