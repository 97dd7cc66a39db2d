"""The site as it runs in production, behind the documented nginx, and people all over the world.

Every client address of the loopback network 127.0.0.0/8 is somebody else.
"""

import threading
from contextlib import contextmanager
from itertools import count
from urllib.parse import urlsplit

import pytest

from tests import nginx, processes
from tests.abuse.attacker.person import Person
from tests.e2e.test_weight import PRODUCTION
from tests.live import LiveSite

ATTACKED = PRODUCTION | {
    "DJANGO_SETTINGS_MODULE": "tests.attacked",
    "STATIC_FOLDER": "/nonexistent",
    "LOG_FORMAT": "line",
    "TRUSTED_PROXY_COUNT": "1",
    "UNIFIED_SIGNUP": "true",
}
SLOW_SECONDS = 2
"""What a slow client has here; the example gives ten."""


@pytest.fixture(scope="session")
def _attacked(serve, tmp_path_factory):
    if nginx.PROGRAM is None:
        pytest.skip("nginx is not installed")
    site = serve(**ATTACKED)[1]
    process, port = nginx.start(
        tmp_path_factory.mktemp("nginx"), upstream=urlsplit(site.url).port, seconds=SLOW_SECONDS
    )
    yield LiveSite(f"http://127.0.0.1:{port}", site.log_path)
    processes.end(process)


@pytest.fixture
def site(_attacked, transactional_db, settings) -> LiveSite:
    """The site behind nginx; the test's own process reads what the site encrypted."""
    settings.ENCRYPTION_KEYS = [ATTACKED["SECRET_KEY"]]
    return _attacked


@pytest.fixture
def port(site) -> int:
    return urlsplit(site.url).port


@pytest.fixture
def somebody(port):
    """`somebody()`: a person at an address of their own."""
    numbers = count(1)

    def appear() -> Person:
        number = next(numbers)
        return Person(port, f"127.1.{number // 200}.{number % 200 + 1}")

    return appear


@pytest.fixture
def visitor(somebody):
    """`with visitor():` somebody uninvolved opens a page again and again, and is always answered
    in time."""

    @contextmanager
    def visit():
        person, statuses, is_over = somebody(), [], threading.Event()

        def go():
            while not is_over.is_set():
                try:
                    statuses.append(person.get("/signup/").status)
                except OSError as error:  # nothing came within the proxy's time
                    statuses.append(error)
                is_over.wait(0.05)

        thread = threading.Thread(target=go)
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            thread.join()
        assert set(statuses) == {200}, statuses

    return visit
