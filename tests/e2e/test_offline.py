"""Without a network the browser shows a page of ours, and keeps nothing of anybody."""

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from tests.cast import ALICE, PROFILE
from tests.e2e.checks import check_shown
from tests.e2e.steps import wait_until

pytestmark = pytest.mark.xdist_group(__name__)


KEPT = """async () => {
  const kept = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      kept[new URL(request.url).pathname] = await (await cache.match(request)).text();
    }
  }
  return kept;
}"""


@pytest.fixture
def page(open_browser) -> Page:
    return open_browser(service_workers="allow")


def wait_for_worker(page: Page) -> None:
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    wait_until(page, "navigator.serviceWorker.controller?.state === 'activated'")


@pytest.fixture
def ready(page) -> Page:
    """A visitor whose browser has installed the worker."""
    page.goto("/")
    wait_for_worker(page)
    return page


def test_a_page_that_cannot_be_reached_says_so_and_goes_on_by_itself(ready):
    ready.context.set_offline(True)
    ready.goto("/signup/")
    expect(ready.get_by_role("heading", name="You are offline")).to_be_visible()
    assert ready.url.endswith("/signup/")
    check_shown(ready, "offline")
    ready.context.set_offline(False)
    expect(ready.get_by_role("heading", name="Sign up")).to_be_visible()


def test_trying_again_by_hand(ready):
    ready.context.set_offline(True)
    ready.goto("/login/")
    ready.get_by_role("link", name="Try again").click()
    expect(ready.get_by_role("heading", name="You are offline")).to_be_visible()
    assert ready.url.endswith("/login/")


def test_the_page_for_being_offline_is_drawn_as_the_others(ready):
    ready.context.set_offline(True)
    ready.goto("/signup/")
    card = ready.locator(".card")
    assert card.evaluate("(card) => getComputedStyle(card).display") == "grid"
    assert ready.locator(".brand img").evaluate("(logo) => logo.naturalWidth") > 0


def test_nothing_personal_is_kept(ready, alice, sign_in):
    sign_in(ready, alice)
    for path in ("/profile/", "/profile/edit/", "/profile/devices/"):
        ready.goto(path)
    kept = ready.evaluate(KEPT)
    assert "/offline/" in kept
    assert all(path == "/offline/" or path.startswith("/static/") for path in kept)
    for text in kept.values():
        for personal in (ALICE, ALICE[3:], PROFILE["name"], "Log out"):
            assert personal not in text
    assert 'X-CSRFToken": ""' in kept["/offline/"]


def test_a_page_is_always_the_server_s(ready):
    """What a browser that is online sees never comes from the cache."""
    ready.evaluate(
        """async () => {
          const cache = await caches.open((await caches.keys())[0]);
          for (const request of await cache.keys()) await cache.put(request, new Response("stale"));
        }"""
    )
    for path in ("/", "/offline/", "/static/js/loopin.js"):
        ready.goto(path)
        assert "stale" not in ready.content()


def test_caches_of_earlier_workers_are_removed(page):
    page.goto("/robots.txt")
    page.evaluate("caches.open('loopin-of-old').then(() => null)")
    page.goto("/")
    wait_for_worker(page)
    names = page.evaluate("caches.keys()")
    assert len(names) == 1
    assert names != ["loopin-of-old"]


def test_switched_off_it_leaves_the_browsers_that_have_it(ready, live, settings):
    settings.SERVICE_WORKER = False
    answer = Client().get("/sw.js")
    off = {"body": answer.content.decode(), "content_type": answer["Content-Type"]}
    ready.context.route("**/sw.js", lambda route: route.fulfill(**off))
    assert b"data-worker" not in Client().get("/").content
    ready.evaluate("navigator.serviceWorker.getRegistration().then((it) => it.unregister())")
    ready.goto("/robots.txt")
    ready.evaluate("navigator.serviceWorker.register('/sw.js').then(() => null)")
    wait_until(ready, "caches.keys().then((names) => names.length === 0)")
