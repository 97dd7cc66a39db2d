"""The product's own server, for tests that need one."""

import os
import socket
import subprocess
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection

from tests import processes
from tests.waiting import eventually


@dataclass(frozen=True)
class LiveSite:
    url: str
    log_path: Path

    def last_code(self, phone_number: str) -> str:
        """The code that test mode wrote to the log."""
        return eventually(lambda: self._code_in_log(phone_number), failure="no code in the log")

    def _code_in_log(self, phone_number: str) -> str:
        for line in reversed(self.log_path.read_text().splitlines()):
            if f"OTP for {phone_number}: " in line:
                return line.rpartition(" ")[2]
        return ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def database_url() -> str:
    database = connection.settings_dict
    address = f"host={database['HOST']}"
    if database["PORT"]:
        address += f"&port={database['PORT']}"
    login = f"{database['USER']}:{database['PASSWORD']}"
    return f"postgresql://{login}@/{database['NAME']}?{address}"


@pytest.fixture(scope="session")
def serve(tmp_path_factory, django_db_setup, django_db_blocker):
    """`serve(**environment)`: the product's own server on the test database, in test mode.

    Without the worker, whose periodic tasks would run between those of the tests.
    """
    with django_db_blocker.unblock():
        connection.ensure_connection()
        address = database_url()
        connection.close()
    running = []

    def start(**environment: str) -> tuple[subprocess.Popen, LiveSite]:
        port = free_port()
        log_path = tmp_path_factory.mktemp("live") / "log"
        env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.served",
            "INBOX_PATH": str(log_path.parent / "inbox.jsonl"),
            "DATABASE_URL": address,
            "TWILIO_TEST_MODE": "true",
            "PYTHONUNBUFFERED": "1",
            **environment,
        }
        words = ("serve", "--port", str(port), "--no-worker")
        process = processes.start(*words, environment=env, log=log_path)
        running.append(process)
        site = LiveSite(f"http://127.0.0.1:{port}", log_path)
        wait_until_up(process, site.url, log_path)
        return process, site

    yield start
    processes.end(*running)


def wait_until_up(process: subprocess.Popen, url: str, log_path: Path, seconds: int = 60) -> None:
    """Wait until a server says that it is well; its log is the reason if it ends before."""

    def is_up() -> bool:
        assert process.poll() is None, log_path.read_text()
        with suppress(OSError), urllib.request.urlopen(f"{url}/api/health", timeout=3):
            return True
        return False

    eventually(is_up, seconds=seconds, every=0.1, failure=f"no answer: see {log_path}")


@pytest.fixture(scope="session")
def _live_server(serve) -> LiveSite:
    return serve()[1]


@pytest.fixture
def live(_live_server: LiveSite, transactional_db: None) -> LiveSite:
    """The product's own server, in test mode: `live.url`, and codes in `live.log_path`."""
    return _live_server
