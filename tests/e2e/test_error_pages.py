"""What goes wrong, as a browser shows it: nothing keeps anybody out, and the wait counts down."""

import re

import pytest
from django.test import RequestFactory
from playwright.sync_api import Page, expect

from accounts.errors import RateLimited
from loopin import errors
from loopin.config.content_security import CONTENT_SECURITY_POLICY
from loopin.web.error_pages import FALLBACK_PAGE, FormOutOfDate, error_page
from tests.e2e.checks import check_everything, check_shown
from tests.each import each

pytestmark = [pytest.mark.xdist_group(__name__)]

FAILURES = [
    errors.BadRequest(),
    errors.Forbidden(),
    FormOutOfDate(),
    errors.MethodNotAllowed(),
    errors.BodyTooLarge(),
    RateLimited(2),
    errors.ServerError(),
    errors.DatabaseUnavailable(),
]
POLICY = "; ".join(
    f"{name} {' '.join(sources)}" for name, sources in CONTENT_SECURITY_POLICY["DIRECTIVES"].items()
)


def fail(page: Page, error: errors.LoopinError, path: str = "/failing/") -> None:
    """The site's page of this error at an address that does not fail by itself."""
    html = error_page(RequestFactory().get(path), error).content.decode()
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY}
    page.route(
        f"**{path}",
        lambda route: route.fulfill(status=error.status, body=html, headers=headers),
    )
    page.goto(path)


@each("error", {type(error).__name__: error for error in FAILURES})
def test_nothing_keeps_anybody_out(page, error):
    fail(page, error)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    check_everything(page, error.code)
    page.unroute("**/failing/")


def test_the_bare_page(page):
    page.set_content(FALLBACK_PAGE)
    check_shown(page, "bare", ["light"])  # axe takes a browser's own dark ground for white


def test_whoever_came_too_often_sees_the_wait_and_may_go_on(page):
    fail(page, RateLimited(2), "/login/")
    again = page.get_by_role("button", name=re.compile("^Try again"))
    expect(again).to_be_disabled()
    expect(again).to_be_enabled()
    page.unroute("**/login/")
    again.click()
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()


def test_without_a_script_the_wait_is_told_and_nobody_is_held_up(plain):
    fail(plain, RateLimited(90), "/login/")
    expect(plain.get_by_text(RateLimited(90).page_message)).to_be_visible()
    expect(plain.get_by_role("button", name="Try again")).to_be_enabled()
