"""A product of its own, with a database, a server and a worker, and a real Prometheus that watches
them."""

import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg
import yaml
from django.db import connection
from psycopg import sql

from tests import processes
from tests.live import database_url, free_port, wait_until_up
from tests.loopin.metrics.alert_rules import shortened
from tests.settings import PROVIDER
from tests.waiting import eventually

PROMETHEUS = shutil.which("prometheus")
DATABASE = "loopin_watched"
THREADS = 32
VARIABLES = {
    "TWILIO_TEST_MODE": "false",
    "TWILIO_API_URL": PROVIDER.url,
    "SMS_STATUS_CALLBACKS": "true",
    "PYTHONUNBUFFERED": "1",
    "WORKERS": "1",
    "WORKER_THREADS": str(THREADS),
    "VERIFICATIONS_PER_IP": "1",
    "SMS_PER_IP": "100000",
    "SMS_PER_PREFIX": "100000",
    "DJANGO_SETTINGS_MODULE": "tests.served",
}
WAIT_SECONDS = 120
"""Longer than anything takes on a busy machine."""


@dataclass
class Watched:
    """`processes`: `serve` and `work`, by name. `fired`: the alerts that were seen so far."""

    url: str
    prometheus: str
    database: str
    processes: dict[str, subprocess.Popen]
    fired: set[str] = field(default_factory=set)

    def firing(self) -> set[str]:
        with suppress(OSError), urllib.request.urlopen(f"{self.prometheus}/api/v1/alerts") as got:
            found = json.load(got)["data"]["alerts"]
            now = {one["labels"]["alertname"] for one in found if one["state"] == "firing"}
            self.fired |= now
            return now
        return set()

    def wait_for(self, *alerts: str) -> None:
        """Until each of them was seen."""

        def are_seen() -> bool:
            self.firing()
            return self.fired >= set(alerts)

        eventually(
            are_seen,
            seconds=WAIT_SECONDS,
            every=0.3,
            failure=f"of {sorted(alerts)} there were {sorted(self.fired)}",
        )

    def post(self, path: str, body: dict[str, Any]) -> int:
        data = json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.url}{path}", data, {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def ask_for_codes(self, first: int, count: int) -> list[int]:
        """So many numbers ask; the statuses."""
        numbers = [f"+9198{76_500_000 + first + number}" for number in range(count)]
        return [self.post("/api/auth/signup", {"phone_number": number}) for number in numbers]

    @contextmanager
    def repeatedly(self, *actions: Any) -> Iterator[None]:
        """Do each of these again and again, in a thread of its own, while the block runs."""
        stopping = threading.Event()

        def repeat(action: Any) -> None:
            while not stopping.is_set():
                action()
                stopping.wait(0.2)

        threads = [threading.Thread(target=repeat, args=[action]) for action in actions]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stopping.set()
            for thread in threads:
                thread.join()

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.database, autocommit=True) as other:
            other.execute(statement)


@contextmanager
def watched(folder: Path) -> Iterator[Watched]:
    """All of it, running, until the block ends."""
    with ExitStack() as stack:
        database = stack.enter_context(own_database())
        port, metrics, prometheus = free_port(), free_metrics_ports(), free_port()
        environment = os.environ | VARIABLES
        environment |= {"DATABASE_URL": database, "METRICS_PORT": str(metrics)}
        environment |= {"INBOX_PATH": str(folder / "inbox.jsonl")}

        def run(*words: str) -> subprocess.Popen:
            log = folder / f"{words[0]}.log"
            return processes.start(*words, environment=environment, log=log)

        run("migrate", "-v0").wait()
        running = {
            "serve": run("serve", "--port", str(port), "--no-worker"),
            "work": run("work"),
            "prometheus": start_prometheus(folder, prometheus, metrics),
        }
        stack.callback(lambda: processes.kill(running.values()))
        url = f"http://127.0.0.1:{port}"
        wait_until_up(running["serve"], url, folder / "serve.log")
        yield Watched(url, f"http://127.0.0.1:{prometheus}", database, running)


def start_prometheus(folder: Path, port: int, metrics: int) -> subprocess.Popen:
    (folder / "alerts.yml").write_text(shortened())
    jobs = {"loopin": metrics, "loopin-worker": metrics + 1}
    content = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": ["alerts.yml"],
        "scrape_configs": [
            {"job_name": job, "static_configs": [{"targets": [f"127.0.0.1:{target}"]}]}
            for job, target in jobs.items()
        ],
    }
    (folder / "prometheus.yml").write_text(yaml.safe_dump(content))
    return subprocess.Popen(
        [
            PROMETHEUS,
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{port}",
        ],
        stdout=(folder / "prometheus.log").open("wb"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def stop(process: subprocess.Popen, *, but: str = "") -> None:
    """Let a process and its children stand still, as if they hung, except one command."""
    for one in processes.family(process):
        with suppress(psutil.Error):
            if not but or but not in one.cmdline():
                one.send_signal(signal.SIGSTOP)


def free_metrics_ports() -> int:
    """A free port of which the next one is free as well."""
    while True:
        port = free_port()
        with suppress(OSError):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port + 1))
            return port


@contextmanager
def own_database() -> Iterator[str]:
    """A database beside that of the tests, empty at first; its address."""
    name = sql.Identifier(DATABASE)
    with psycopg.connect(database_url(), autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        admin.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            yield database_url().replace(f"/{connection.settings_dict['NAME']}?", f"/{DATABASE}?")
        finally:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


def refuse_connections(name: str = DATABASE) -> None:
    """As if the database were down: those that are open end, and no other is let in."""
    with psycopg.connect(database_url(), autocommit=True) as admin:
        admin.execute(
            sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS FALSE").format(sql.Identifier(name))
        )
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
