"""The server as it runs: it finishes what is in flight, and leaves nothing behind."""

import ctypes
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
import pytest
from django.db import connection

from tests.cast import CAROL, DAVE
from tests.live import free_port, wait_until_up
from tests.processes import ROOT, own_environment, start

pytestmark = pytest.mark.xdist_group("server")

SLOWEST_SECONDS = 300
"""For a command that sets a database up, on a machine that does much else besides."""


def post(url, body):
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.django_db(transaction=True)
def test_a_stopping_server_answers_what_is_in_flight(serve, sms):
    process, site = serve(TWILIO_TEST_MODE="false", TWILIO_API_URL=sms.url)
    sms.behaviour = 1.5
    statuses = []
    asking = threading.Thread(
        target=lambda: statuses.append(post(f"{site.url}/api/auth/signup", {"phone_number": DAVE}))
    )
    asking.start()
    time.sleep(0.7)
    process.terminate()
    asking.join()
    assert statuses == [200]
    assert process.wait(timeout=20) == 0
    assert len(sms.codes(DAVE)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_is_replaced(serve, sms):
    process, site = serve(WORKERS="1")
    [worker] = [
        child for child in psutil.Process(process.pid).children() if "resource" not in child.name()
    ][-1:]
    worker.kill()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            if post(f"{site.url}/api/auth/signup", {"phone_number": CAROL}) in (200, 429):
                break
        except OSError:
            time.sleep(0.2)
    else:
        pytest.fail("no worker came back")


@pytest.mark.django_db(transaction=True)
def test_a_signal_ends_the_server_whichever_thread_it_interrupts(serve):
    """The kernel chooses the thread of a process that a signal is delivered to."""
    process, _ = serve()
    others = [thread.id for thread in psutil.Process(process.pid).threads()]
    others.remove(process.pid)
    assert ctypes.CDLL(None).tgkill(process.pid, others[0], signal.SIGTERM) == 0
    assert process.wait(timeout=60) == 0


@pytest.mark.django_db(transaction=True)
def test_a_signal_to_a_web_process_is_none_to_the_server(serve):
    """The server, woken, would look for one of its own, and take a whole core for it."""
    process, site = serve(WORKERS="1")
    server = psutil.Process(process.pid)
    [web] = [child for child in server.children() if "resource" not in child.name()][-1:]
    web.send_signal(signal.SIGHUP)
    wait_until_up(process, site.url, site.log_path)
    before = sum(server.cpu_times()[:2])
    time.sleep(2)
    assert sum(server.cpu_times()[:2]) - before < 0.5


@pytest.mark.django_db(transaction=True)
def test_workers_end_with_a_killed_parent(serve):
    process, _ = serve()
    workers = psutil.Process(process.pid).children()
    process.kill()
    process.wait()
    assert psutil.wait_procs(workers, timeout=60)[1] == []


@pytest.fixture
def checkout():
    """The product's code in a folder of its own, so with its own `var/`."""
    with tempfile.TemporaryDirectory(prefix="loopin-") as name:
        folder = Path(name)
        for part in ("loopin", "accounts", "interests", "leads", "templates", "static"):
            shutil.copytree(ROOT / part, folder / part)
        shutil.copy(ROOT / "manage.py", folder)
        yield folder


def postgres_processes(folder):
    return [
        process
        for process in psutil.process_iter(["name", "cmdline"])
        if process.info["name"] == "postgres"
        and str(folder) in " ".join(process.info["cmdline"] or [])
    ]


def develop(checkout, port, host="127.0.0.1"):
    environment = own_environment(SECURITY_CONTACT="help@loopin.example")
    words = ("develop", "--host", host, "--port", str(port))
    return start(*words, environment=environment, log=checkout / f"log-{port}", folder=checkout)


def get(url, host):
    request = urllib.request.Request(url, headers={"Host": host})
    with urllib.request.urlopen(request, timeout=30) as response:
        return response.read().decode()


def address_for(host, port):
    """How the site names itself when it is asked at this host."""
    text = get(f"http://127.0.0.1:{port}/.well-known/security.txt", host)
    return re.search(r"Canonical: (\S+)/\.well-known", text)[1]


def test_development_sets_itself_up_keeps_its_data_and_leaves_no_process(checkout):
    """Twice: start in an empty folder, sign up, Ctrl-C; start again, the number is known."""
    for host, answers in (("127.0.0.1", [200, 429]), ("0.0.0.0", [429])):
        port = free_port()
        process = develop(checkout, port, host)
        wait_until_up(
            process, f"http://127.0.0.1:{port}", checkout / f"log-{port}", SLOWEST_SECONDS
        )
        assert len(postgres_processes(checkout)) > 0
        family = [process.pid, *(c.pid for c in psutil.Process(process.pid).children(True))]
        for answer in answers:
            body = {"phone_number": DAVE}
            assert post(f"http://127.0.0.1:{port}/api/auth/signup", body) == answer
        assert address_for(f"192.168.1.20:{port}", port) == f"http://192.168.1.20:{port}"
        described = get(f"http://127.0.0.1:{port}/api/openapi.json", f"192.168.1.20:{port}")
        assert json.loads(described)["info"]["contact"]["url"] == f"http://localhost:{port}"
        os.killpg(process.pid, signal.SIGINT)  # Ctrl-C reaches the whole group
        assert process.wait(timeout=60) in (0, 1, -signal.SIGINT)
        assert not [pid for pid in family if psutil.pid_exists(pid)]
        assert postgres_processes(checkout) == []
    log = (checkout / f"log-{port}").read_text()
    assert "admin / admin123" in log
    assert f"http://localhost:{port}/leads/" in log
    assert f"In Android's emulator: http://10.0.2.2:{port}/" in log
    assert re.search(rf"On a phone here: http://[^/]+:{port}/", log)
    assert "is set" not in log


def manage(checkout, *words):
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=checkout,
        env=own_environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=SLOWEST_SECONDS,
    ).stdout


OF_BEFORE = """
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
MigrationRecorder(connection).record_applied("accounts", "0002_guesses")
"""


def refusal(checkout, environment):
    """What `make run` says to a database with a migration that does not exist any more."""
    command = [sys.executable, "manage.py"]
    options = {"cwd": checkout, "env": environment, "timeout": 60}
    subprocess.run([*command, "shell", "-v0", "-c", OF_BEFORE], check=True, **options)
    develop = [*command, "develop", "--port", str(free_port())]
    process = subprocess.run(develop, check=False, capture_output=True, text=True, **options)
    assert process.returncode == 1
    assert process.stdout == ""
    return process.stderr


def test_development_names_the_folder_of_a_database_from_an_earlier_version(checkout):
    assert refusal(checkout, own_environment()) == (
        "CommandError: The database was made by an earlier version of Loopin, whose tables this"
        f" version cannot use: delete the folder {checkout / 'var' / 'postgres'} and start again.\n"
    )
    shutil.rmtree(checkout / "var" / "postgres")
    manage(checkout, "migrate", "--verbosity=0")


@pytest.mark.django_db
def test_development_names_the_database_of_an_earlier_version(checkout):
    connection.ensure_connection()
    info = connection.connection.info
    login = f"postgresql://{info.user}:{quote(info.password)}@"
    where = f"?host={quote(info.host)}&port={info.port}"
    with psycopg.connect(f"{login}/postgres{where}", autocommit=True) as server:
        server.execute("CREATE DATABASE loopin_of_before")
        try:
            url = f"{login}/loopin_of_before{where}"
            words = refusal(checkout, own_environment() | {"DATABASE_URL": url})
        finally:
            server.execute("DROP DATABASE loopin_of_before")
    assert words == (
        "CommandError: The database was made by an earlier version of Loopin, whose tables this"
        f' version cannot use: drop the database "loopin_of_before" on {info.host}, create it empty'
        " and start again.\n"
    )


@pytest.fixture
def hold(checkout):
    """`hold()`: a command that needs the database and waits for a line of input."""

    def start():
        code = (
            "from django.db import connection as c; c.ensure_connection(); print('ready'); input()"
        )
        holder = subprocess.Popen(
            [sys.executable, "-u", "manage.py", "shell", "-v0", "-c", code],
            cwd=checkout,
            env=own_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert holder.stdout.readline() == "ready\n"
        return holder

    return start


def test_commands_share_the_embedded_database_and_the_last_one_stops_it(checkout, hold):
    manage(checkout, "migrate", "--verbosity=0")
    assert postgres_processes(checkout) == []
    holder = hold()
    count = "from interests.models import EventInterest as E; print(E.objects.count())"
    assert manage(checkout, "shell", "-v0", "-c", count) == "10\n"
    assert postgres_processes(checkout), "the other command still needs it"
    holder.communicate("\n", timeout=60)
    assert postgres_processes(checkout) == []


def test_a_killed_command_does_not_keep_the_embedded_database_alive(checkout, hold):
    victim = hold()
    victim.kill()
    victim.communicate()
    manage(checkout, "migrate", "--verbosity=0")
    assert postgres_processes(checkout) == []


def test_the_embedded_database_takes_neither_files_nor_language_from_the_machine(
    checkout, tmp_path, monkeypatch
):
    """Another user's file in /tmp does not stop it, nor does a locale that is not installed."""
    (tmp_path / ".lockfile").mkdir()  # not to be opened as a file, not even by root
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("LC_ALL", "xx_XX.UTF-8")
    manage(checkout, "migrate", "--verbosity=0")
    code = "from django.db import connection as c; k = c.cursor(); k.execute('{}'); print(*k)"
    upper = code.format("SELECT upper(chr(228)) = chr(196)")
    assert manage(checkout, "shell", "-v0", "-c", upper) == "(True,)\n"


def test_a_command_without_the_database_does_not_start_one(checkout):
    manage(checkout, "check")
    assert not (checkout / "var").exists()
