import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect, sync_playwright

from accounts.models import User
from leads.actions import claim
from leads.models import Lead
from leads.models.lead_event import EventKind
from tests.cast import BOB, CAROL
from tests.system import find_browser

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
TIMEOUT_MS = 30_000
"""Long: a browser on a machine that does much else besides."""
FONTS = Path(__file__).with_name("fonts.conf")
ABOUT_THE_NETWORK = ("Failed to load resource", "htmx:afterRequest", "htmx:send")
"""How a message begins by which the browser, or htmx, says that a request was cut off. Tests do
that on purpose, and a page that closes cuts off what it was asking for."""

expect.set_options(timeout=TIMEOUT_MS)


@pytest.fixture(scope="session")
def browser(tmp_path_factory) -> Iterator[Browser]:
    """A browser of the system where there is one; playwright's own elsewhere.

    It sees none of the machine's fonts, so that a page is as wide here as it is everywhere.
    """
    # The driver keeps an event loop in this thread, where Django expects none. No query of ours
    # runs inside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser(),
            args=arguments,
            env=os.environ
            | {
                "FONTCONFIG_FILE": str(FONTS),
                "XDG_CACHE_HOME": str(tmp_path_factory.mktemp("browser")),
            },
        )
        yield browser
        browser.close()


@pytest.fixture
def open_browser(browser: Browser, live):
    """`open_browser(viewport=DESKTOP)`: a fresh page of the site, as one person sees it.

    No page may raise a script error or break the content security policy.
    """
    contexts, complaints = [], []

    def complain(message) -> None:
        if message.type == "error" and not message.text.startswith(ABOUT_THE_NETWORK):
            complaints.append(message.text)

    def open_page(**options) -> Page:
        # Requests that a service worker makes cannot be intercepted: tests of it allow it.
        usual = {"base_url": live.url, "viewport": PHONE, "locale": "en-IN"}
        options = usual | {"service_workers": "block"} | options
        context = browser.new_context(**options)
        context.set_default_timeout(TIMEOUT_MS)
        contexts.append(context)
        page = context.new_page()
        page.has_script = options.get("java_script_enabled", True)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", complain)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def sign_in(live, browser_of):
    """`sign_in(page, user)`: the page, with a session that began elsewhere.

    The ways in are tested by themselves; here they would only take time.
    """

    def give(page: Page, user: User) -> Page:
        session = browser_of(user).cookies[settings.SESSION_COOKIE_NAME]
        cookie = {"name": session.key, "value": session.value, "url": live.url}
        page.context.add_cookies([cookie])
        return page

    return give


@pytest.fixture
def page(open_browser) -> Page:
    return open_browser()


@pytest.fixture
def plain(open_browser) -> Page:
    """A browser without JavaScript."""
    return open_browser(java_script_enabled=False)


@pytest.fixture
def claimed_lead(live, staff) -> Lead:
    """Carol's lead, which the agent has claimed. Bob's is free."""
    Lead.objects.advance(BOB, EventKind.CODE_REQUESTED, contact_consent=True)
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED, contact_consent=True)
    lead = Lead.objects.get(phone_number=CAROL)
    return claim.claim(lead.pk, actor=staff)


@pytest.fixture
def lead_page(open_browser, sign_in, claimed_lead, staff) -> Page:
    """The page of the claimed lead, in a browser of the agent."""
    page = sign_in(open_browser(viewport=DESKTOP), staff)
    page.goto(f"/leads/{claimed_lead.pk}/")
    return page
