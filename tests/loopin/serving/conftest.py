import os
import signal
import subprocess
from dataclasses import dataclass

import psutil
import pytest
from django.db import connection

from tests import processes
from tests.live import LiveSite, database_url, free_port
from tests.processes import end


@dataclass
class Server:
    """A command that serves, and its log."""

    process: subprocess.Popen
    site: LiveSite

    @property
    def log(self) -> str:
        return self.site.log_path.read_text(errors="replace")


@pytest.fixture
def run(tmp_path, transactional_db):
    """`run("--replace", port=8000)`: a server in test mode on the test database, whatever becomes
    of it."""
    connection.ensure_connection()
    running = []

    def start(*words: str, port: int = 0, **environment: str) -> Server:
        port = port or free_port()
        log = tmp_path / f"log-{len(running)}"
        env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.served",
            "INBOX_PATH": str(tmp_path / "inbox.jsonl"),
            "DATABASE_URL": database_url(),
            "TWILIO_TEST_MODE": "true",
            "WORKERS": "2",
            "PYTHONUNBUFFERED": "1",
            **environment,
        }
        command = ("serve", "--port", str(port), "--no-worker", *words)
        process = processes.start(*command, environment=env, log=log)
        server = Server(process, LiveSite(f"http://127.0.0.1:{port}", log))
        running.append(server)
        return server

    yield start
    end(*(server.process for server in running))


def end_detached(pid: int) -> None:
    """End a server that is no child of this process."""
    process = psutil.Process(pid)
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=90)
