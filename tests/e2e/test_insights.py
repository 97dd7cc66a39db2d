"""The figures in a real browser: drawn with a script, as tables without."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESKTOP, PHONE
from tests.leads.insights.counted import catch_up, stock_the_desk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hari(sales_manager, live):
    stock_the_desk()
    catch_up()
    return sales_manager


@pytest.fixture
def at_desk(open_browser, hari, sign_in):
    """`at_desk(viewport=…)`: the figures in a browser of Hari's."""

    def show(**options) -> Page:
        page = sign_in(open_browser(**options), hari)
        page.goto("/leads/insights/")
        expect(page.get_by_role("heading", name="Insights")).to_be_visible()
        return page

    return show


def is_drawn(canvas) -> bool:
    """Whether anything was painted."""
    return canvas.evaluate(
        "one => one.getContext('2d').getImageData(0, 0, one.width, one.height).data.some(Boolean)"
    )


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_figures_are_drawn_and_in_tables(at_desk, viewport, scheme):
    page = at_desk(viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
    pictures = page.locator("canvas")
    expect(pictures).to_have_count(8)
    assert all(is_drawn(picture) for picture in pictures.all())
    expect(page.get_by_role("img", name=re.compile("Chart of funnel. Most: Asked"))).to_be_visible()
    funnel = page.locator("#funnel")
    expect(funnel.get_by_role("table")).to_be_hidden()
    funnel.get_by_text("Show as table").press("Enter")
    expect(funnel.get_by_role("rowheader", name="Verified")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_figures_follow_a_change_of_colours(at_desk):
    page = at_desk(viewport=DESKTOP, color_scheme="light", reduced_motion="reduce")
    picture = page.locator("#funnel canvas")
    page.locator("#days summary").click()
    before = picture.evaluate("one => one.toDataURL()")
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(300)
    assert picture.evaluate("one => one.toDataURL()") != before
    expect(page.locator("#days").get_by_role("table")).to_be_visible()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_without_a_script_there_are_tables_and_no_empty_boxes(at_desk, viewport):
    page = at_desk(viewport=viewport, java_script_enabled=False)
    expect(page.locator("#funnel").get_by_role("table")).to_be_visible()
    for picture in page.locator("canvas").all():
        expect(picture).to_be_hidden()
    page.get_by_role("link", name="7 days", exact=True).click()
    expect(page.get_by_role("link", name="7 days", exact=True)).to_have_attribute(
        "aria-current", "page"
    )
    page.get_by_label("From", exact=True).fill("2026-02-01")
    page.get_by_label("To", exact=True).fill("2026-01-01")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("The first day comes after the last.")).to_be_visible()
    assert page.get_by_label("From", exact=True).input_value() == "2026-02-01"


def test_the_file_is_of_the_days_on_the_page(at_desk):
    page = at_desk(viewport=DESKTOP)
    page.get_by_role("link", name="7 days", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    assert download.value.suggested_filename.startswith("loopin-insights-")
    assert "Funnel,Verified,Leads," in download.value.path().read_text()
