"""The API tried out in the browser: found, authorised once, and really signed out."""

import json

import pytest
from playwright.sync_api import expect

from accounts.models import Session
from tests.e2e.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.xdist_group("live")]


OPERATION = ".opblock-tag-section .opblock"


def open_docs(page):
    page.goto("/api/docs/")
    page.get_by_placeholder("Filter").wait_for()


def authorize(page, token):
    page.get_by_role("button", name="Authorize").click()
    dialog = page.locator(".dialog-ux")
    expect(dialog.locator("input")).to_have_count(1)
    dialog.locator("input").fill(token)
    dialog.get_by_role("button", name="Apply credentials").click()
    dialog.get_by_role("button", name="Close").last.click()


def execute(page, operation):
    """The status of the answer to an operation as it is prefilled."""
    block = page.locator(f"#{operation}")
    if not block.locator(".opblock-body").is_visible():
        block.locator(".opblock-summary-control").click()
    block.get_by_role("button", name="Execute").click()
    answer = block.locator(".live-responses-table")
    status = answer.locator("tbody .response-col_status").first
    expect(status).to_be_visible()
    return status.inner_text().split()[0]


@pytest.mark.django_db(transaction=True)
def test_one_token_is_kept_over_a_reload_and_logging_out_ends_it(open_browser, alice, token_of):
    page = open_browser(viewport=DESKTOP)
    open_docs(page)
    authorize(page, token_of(alice))
    page.reload()
    page.get_by_placeholder("Filter").fill("/api/auth/logout")
    assert execute(page, "operations-Sessions-logout") == "200"
    page.get_by_placeholder("Filter").fill("read the profile")
    assert execute(page, "operations-Profile-readProfile") == "401"
    assert not Session.objects.live().exists()


def test_everything_is_closed_until_something_is_looked_for(open_browser):
    page = open_browser(viewport=DESKTOP)
    open_docs(page)
    expect(page.locator(OPERATION)).to_have_count(0)
    page.get_by_placeholder("Filter").fill("/users/send-phone")
    expect(page.locator(OPERATION)).to_have_count(1)
    expect(page.get_by_text("Ask for a code to verify the phone")).to_be_visible()
    expect(page.get_by_role("heading", name="Webhooks")).to_be_hidden()


def test_nobody_s_consent_is_prefilled(open_browser):
    page = open_browser(viewport=DESKTOP)
    open_docs(page)
    page.get_by_placeholder("Filter").fill("/auth/signup")
    block = page.locator(OPERATION)
    block.locator(".opblock-summary-control").click()
    body = json.loads(block.locator("textarea").input_value())
    assert body["phone_number"]
    assert "contact_consent" not in body


@pytest.mark.parametrize(("scheme", "is_dark"), [("light", False), ("dark", True)])
def test_the_page_follows_the_device_and_fits_a_phone(open_browser, scheme, is_dark):
    page = open_browser(viewport=PHONE)
    page.emulate_media(color_scheme=scheme)
    open_docs(page)
    assert page.evaluate("document.documentElement.classList.contains('dark-mode')") is is_dark
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    expect(page.get_by_role("link", name="All guides")).to_be_visible()
