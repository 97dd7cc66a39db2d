"""What the first page weighs over the wire, as production sends it."""

import gzip
import os
import subprocess
import sys
import urllib.request
from collections import Counter
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from tests.live import LiveSite

pytestmark = pytest.mark.xdist_group(__name__)

MOST_BYTES = 60_000
MOST_BYTES_OF_FONTS = 30_000
DEVANAGARI = "/devanagari."
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "tests.production",
    "ENV_FILE": "",
    "ENVIRONMENT": "prod",
    "TWILIO_TEST_MODE": "false",
    "ALLOWED_HOSTS": "127.0.0.1",
    "SECRET_KEY": "s" * 50,
    "JWT_SECRET_KEY": "j" * 50,
}


@pytest.fixture(scope="module")
def production(serve, tmp_path_factory) -> LiveSite:
    """The site as `collectstatic` and production's settings make it."""
    environment = PRODUCTION | {"STATIC_FOLDER": str(tmp_path_factory.mktemp("static"))}
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"],
        cwd=settings.BASE_DIR,
        env=os.environ | environment | {"DATABASE_URL": "postgresql:///none"},
        check=True,
    )
    return serve(**environment)[1]


@pytest.fixture
def visit(open_browser, production, transactional_db):
    """`visit(path)`: everything that a browser with empty caches asks for, when it is there."""

    def go(path: str):
        page = open_browser(base_url=production.url, service_workers="allow")
        finished = []

        def note(request) -> None:
            finished.append(request)

        page.on("requestfinished", note)
        page.goto(path, wait_until="networkidle")
        page.evaluate("navigator.serviceWorker.ready.then(() => null)")
        return finished

    return go


def get(site: LiveSite, path: str, encoding: str = "br, gzip"):
    request = urllib.request.Request(site.url + path, headers={"Accept-Encoding": encoding})
    with urllib.request.urlopen(request) as response:
        return response.headers, response.read()


@pytest.mark.parametrize("path", ["/", "/signup/"])
def test_the_first_page_is_light(visit, production, path):
    weight = Counter()
    for request in visit(path):
        # The browser counts nothing for the worker's script, less its headers; it is added below.
        weight[request.resource_type] += max(0, request.sizes()["responseBodySize"])
    for asked_later in ("/sw.js", "/offline/"):
        weight["worker"] += len(get(production, asked_later)[1])
    print(path, weight.total(), dict(weight))
    assert {"document", "stylesheet", "script", "image", "font", "worker"} <= set(weight)
    assert weight.total() <= MOST_BYTES
    assert weight["font"] <= MOST_BYTES_OF_FONTS


def test_devanagari_is_fetched_by_pages_that_have_it(visit, open_browser, production):
    assert not [request.url for request in visit("/") if DEVANAGARI in request.url]
    page = open_browser(base_url=production.url, locale="hi-IN")
    with page.expect_request_finished(lambda request: DEVANAGARI in request.url):
        page.goto("/")


LOADED = """[...document.fonts]
  .filter(({ family, status }) => family.replaceAll('"', "") === "Noto Sans" && status === "loaded")
  .length"""
FETCHED = """performance.getEntriesByType("resource")
  .map(({ name }) => name).filter((name) => name.endsWith(".woff2"))"""


@pytest.mark.parametrize(("locale", "scripts"), [("en-IN", 1), ("hi-IN", 2)])
def test_fonts_are_preloaded_and_fetched_once(open_browser, production, db, locale, scripts):
    page = open_browser(base_url=production.url, locale=locale)
    page.goto("/", wait_until="networkidle")
    preloaded = page.eval_on_selector_all("[rel=preload]", "all => all.map(({ href }) => href)")
    fetched = page.evaluate(FETCHED)
    assert len(preloaded) == scripts
    assert set(preloaded) <= set(fetched)
    assert len(fetched) == len(set(fetched)), "a preload and the style sheet ask differently"
    assert page.evaluate(LOADED) == scripts


def test_the_first_page_asks_nobody_else(visit, production):
    assert {urlsplit(request.url).netloc for request in visit("/")} == {
        urlsplit(production.url).netloc
    }


def test_files_with_hashed_names_are_kept_for_ever_and_compressed(visit, production):
    files = [request.url for request in visit("/") if "/static/" in request.url]
    assert len(files) >= 4
    for url in files:
        headers, _ = get(production, urlsplit(url).path)
        assert "immutable" in headers["Cache-Control"], url
        is_packed_already = url.endswith(".woff2")
        assert headers["Content-Encoding"] == (None if is_packed_already else "br"), url


def test_pages_travel_compressed_and_are_kept_nowhere(production, transactional_db):
    headers, body = get(production, "/")
    assert headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in headers["Vary"]
    assert "no-store" in headers["Cache-Control"]
    assert b"</html>" in gzip.decompress(body)
    assert b"</html>" in get(production, "/", "identity")[1]


def test_no_two_answers_are_equally_long(production, transactional_db):
    """Whoever counts bytes cannot tell a right guess from a wrong one by a single answer."""
    assert len({len(get(production, "/")[1]) for _ in range(20)}) > 5


def test_small_answers_and_the_api_s_are_left_as_they_are(production, transactional_db):
    for path in ("/robots.txt", "/api/auth/event-interests", "/api/openapi.json"):
        assert get(production, path, "gzip")[0]["Content-Encoding"] is None
