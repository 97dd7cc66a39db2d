"""The guides on a phone, on paper, and by keyboard."""

import pytest
from playwright.sync_api import expect

from loopin.guides.catalogue import GUIDES
from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.steps import wait_until

pytestmark = [pytest.mark.xdist_group("live")]

LONGEST = "/docs/phone-authentication/"


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.page)
def test_a_guide_fits_a_phone(open_browser, guide):
    page = open_browser(viewport=PHONE)
    page.goto(f"/{guide.page}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_long_code_is_scrolled_by_keyboard(open_browser):
    page = open_browser(viewport=PHONE)
    page.goto("/docs/apps/web/")
    code = page.locator("pre").first
    code.focus()
    page.keyboard.press("ArrowRight")
    wait_until(page, "document.activeElement.scrollLeft > 0")


def test_the_contents_lead_to_a_part_and_stay_in_view(open_browser):
    page = open_browser(viewport=DESKTOP)
    page.goto(LONGEST)
    contents = page.get_by_role("navigation", name="On this page")
    contents.get_by_role("link", name="Renew the token").click()
    expect(page.get_by_role("heading", name="Renew the token")).to_be_in_viewport()
    expect(contents.get_by_role("link", name="All guides")).to_be_in_viewport()


def test_on_a_phone_the_contents_open_by_a_touch(open_browser):
    page = open_browser(viewport=PHONE)
    page.goto(LONGEST)
    contents = page.get_by_role("navigation", name="On this page")
    expect(contents.get_by_role("link", name="Sessions")).to_be_hidden()
    contents.get_by_text("On this page").click()
    contents.get_by_role("link", name="Sessions").click()
    expect(page.get_by_role("heading", name="Sessions")).to_be_in_viewport()


def test_paper_has_the_text_alone_and_all_of_the_code(open_browser):
    page = open_browser(viewport=DESKTOP)
    page.goto(LONGEST)
    page.emulate_media(media="print")
    for name in ("banner", "contentinfo", "navigation"):
        expect(page.get_by_role(name)).to_be_hidden()
    cut = "pre => pre.filter(one => one.scrollWidth > one.clientWidth + 1).length"
    assert page.locator("pre").evaluate_all(cut) == 0
