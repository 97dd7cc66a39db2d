"""The steps of a profile, as people go through them."""

import time

from playwright.sync_api import Page, expect

from tests.e2e.gallery import add_picture

TIMEOUT_SECONDS = 30


def tell_about(page: Page, name: str = "Dave Kumar") -> None:
    """The first step, not sent yet."""
    page.get_by_label("Full name").fill(name)
    for part, number in (("Day", "17"), ("Month", "5"), ("Year", "1995")):
        page.get_by_label(part).fill(number)
    page.get_by_text("Male", exact=True).click()


def go_on(page: Page, step: str) -> None:
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"**/profile/complete/{step}/")


def go_on_to_pictures(page: Page) -> None:
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/profile/pictures/")


def fill_profile(page: Page) -> None:
    """All of them, with JavaScript or without."""
    tell_about(page)
    go_on(page, "interests")
    page.get_by_text("Music & Concerts").click()
    page.get_by_text("Technology").click()
    go_on_to_pictures(page)
    add_picture(page)
    go_on(page, "more")
    page.get_by_role("button", name="Finish").click()
    page.wait_for_url("**/profile/")


def wait_until(page: Page, expression: str) -> None:
    """Wait until a JavaScript expression is true. Playwright's own waiting evaluates text inside
    the page, which its policy forbids from the second look on."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, expression
        page.wait_for_timeout(50)


def tab_to(page: Page, what: str, value: str) -> None:
    """Press Tab until what has the focus is what one looks for."""
    for _ in range(30):
        if page.evaluate(f"document.activeElement.{what}") == value:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {value}")


def go_through_profile_by_keyboard(page: Page) -> None:
    """From the heading of each step, where the focus is, to its button."""
    tab_to(page, "name", "name")
    page.keyboard.type("Dave Kumar")
    for number in ("17", "5", "1995"):
        page.keyboard.press("Tab")
        page.keyboard.type(number)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    tab_to(page, "type", "submit")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Interests")).to_be_focused()
    tab_to(page, "name", "event_interests")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_text("2 of 5 chosen")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/profile/pictures/")
    add_picture(page)
    tab_to(page, "innerText", "Continue")
    page.keyboard.press("Enter")
    page.wait_for_url("**/profile/complete/more/")
    tab_to(page, "innerText", "Finish")
    page.keyboard.press("Enter")
    page.wait_for_url("**/profile/")
