"""The privacy notice and the terms, as people read them."""

import pytest
from playwright.sync_api import expect

from tests.cast import BOB
from tests.e2e.checks import check_everything

pytestmark = [pytest.mark.xdist_group(__name__)]


@pytest.mark.parametrize("path", ["/privacy/", "/terms/"])
def test_everybody_can_read_them(page, path):
    page.goto(path)
    check_everything(page, path)
    page.goto(f"{path}?language=hi")
    check_everything(page, f"{path} in Hindi")


def test_the_language_is_chosen_on_the_page_without_javascript(plain):
    plain.goto("/privacy/")
    plain.get_by_role("banner").get_by_role("link", name="हिन्दी").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("गोपनीयता सूचना")
    plain.get_by_role("banner").get_by_role("link", name="English").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Privacy notice")


def test_reading_the_notice_loses_nothing_of_what_is_typed(page):
    page.goto("/signup/")
    page.get_by_label("Mobile number").fill(BOB)
    with page.context.expect_page() as opened:
        page.locator("#step").get_by_role("link", name="privacy notice").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Privacy notice")
    expect(page.get_by_label("Mobile number")).to_have_value(BOB)


def test_on_paper_there_is_the_text_alone(page):
    page.goto("/privacy/")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("banner")).to_be_hidden()
    expect(page.get_by_role("contentinfo")).to_be_hidden()
