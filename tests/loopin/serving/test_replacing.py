"""One server takes the place of another, and no client notices."""

import json
import socket
import threading
import time
from collections import Counter
from contextlib import contextmanager
from urllib.parse import urlsplit

import psutil
import psycopg
import pytest
import requests
from django.core.management.base import CommandError
from django.db import connection

from loopin.serving.handover import RunningServer, Successors, pid_at
from tests.accounts.pictures import made
from tests.cast import DAVE
from tests.live import database_url, free_port, wait_until_up
from tests.loopin.serving.conftest import end_detached
from tests.waiting import eventually

pytestmark = pytest.mark.xdist_group("server")

PATH = "/api/health/live"
PATIENCE_SECONDS = 120
"""For an answer or a start on a machine that does much else besides."""


@pytest.fixture
def old(run):
    server = run()
    wait_until_up(server.process, server.site.url, server.site.log_path)
    return server


def port_of(server):
    return urlsplit(server.site.url).port


def take_over(run, old, *words, **environment):
    """A server that has taken the place of `old`, which may still have connections."""
    new = run("--replace", *words, port=port_of(old), **environment)
    took = f"Serving in the place of process {old.process.pid}"

    def has_taken():
        assert new.process.poll() is None, new.log
        return took in new.log

    eventually(has_taken, seconds=PATIENCE_SECONDS, failure=new.log)
    return new


class Load:
    """Clients with a connection for each request, and others that keep one, until they are told to
    stop. `sent` and `dropped` count requests."""

    def __init__(self, url):
        self.url = url
        self.answers = Counter()
        self.errors = []
        self._stop = threading.Event()
        clients = [self._fresh] * 3 + [self._kept] * 3
        self._threads = [threading.Thread(target=client) for client in clients]

    @contextmanager
    def running(self):
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in self._threads:
                thread.join()

    def wait_for(self, more):
        aim = self.answers.total() + more
        eventually(lambda: self.answers.total() >= aim, seconds=PATIENCE_SECONDS)

    def _fresh(self):
        while not self._stop.is_set():
            self._ask("fresh", requests)

    def _kept(self):
        with requests.Session() as session:
            while not self._stop.is_set():
                self._ask("kept", session)
                time.sleep(0.005)

    def _ask(self, kind, client):
        try:
            status = client.get(f"{self.url}{PATH}", timeout=PATIENCE_SECONDS).status_code
        except requests.RequestException as error:
            self.errors.append(repr(error))
            status = None
        self.answers[kind, status] += 1


class SlowUpload:
    """A picture of which the second half is sent when `finish` is called."""

    def __init__(self, server, token):
        url = f"{server.site.url}/api/auth/profile-pictures"
        files = {"files": ("me.jpg", made.jpeg(), "image/jpeg")}
        request = requests.Request("POST", url, files=files).prepare()
        head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
        login = f"Host: localhost\r\nAuthorization: Bearer {token}\r\n"
        self._rest = request.body[len(request.body) // 2 :]
        self._socket = socket.create_connection(("127.0.0.1", port_of(server)))
        self._socket.settimeout(PATIENCE_SECONDS)
        self._socket.sendall(f"POST {request.path_url} HTTP/1.1\r\n{login}{head}\r\n".encode())
        self._socket.sendall(request.body[: -len(self._rest)])

    def finish(self):
        """The answer, up to the end of the connection."""
        self._socket.sendall(self._rest)
        with self._socket, self._socket.makefile("rb") as answer:
            return answer.read().decode()


def token_at(server):
    api = f"{server.site.url}/api/auth"
    body = {"phone_number": DAVE}
    requests.post(f"{api}/signup", json=body, timeout=PATIENCE_SECONDS).raise_for_status()
    body["otp_code"] = server.site.last_code(DAVE)
    return requests.post(f"{api}/verify-otp", json=body, timeout=PATIENCE_SECONDS).json()["token"]


def test_a_restart_under_load_drops_nothing(run, old):
    """With connections that are new, in use, idle, and in the middle of an upload."""
    upload = SlowUpload(old, token_at(old))
    idle = [requests.Session() for _ in range(4)]
    for session in idle:
        session.get(f"{old.site.url}{PATH}", timeout=PATIENCE_SECONDS)
    load = Load(old.site.url)
    with load.running():
        load.wait_for(200)
        take_over(run, old)
        load.wait_for(200)
        assert old.process.poll() is None, "it has an upload to finish"
        last = [session.get(f"{old.site.url}{PATH}", timeout=PATIENCE_SECONDS) for session in idle]
        answer = upload.finish()
        assert old.process.wait(timeout=PATIENCE_SECONDS) == 0
        load.wait_for(200)
    assert (set(load.answers), load.errors) == ({("fresh", 200), ("kept", 200)}, [])
    assert {(one.status_code, one.headers.get("Connection")) for one in last} == {(200, "close")}
    assert answer.startswith("HTTP/1.1 201 ")
    assert "connection: close" in answer.lower()


def test_a_server_that_is_not_ready_leaves_the_other_one_in_its_place(run, old):
    with psycopg.connect(database_url(), autocommit=True) as server:
        server.execute("CREATE DATABASE loopin_unmigrated")
        try:
            empty = database_url().replace(connection.settings_dict["NAME"], "loopin_unmigrated")
            new = run("--replace", "--ready-within=8", port=port_of(old), DATABASE_URL=empty)
            assert new.process.wait(timeout=PATIENCE_SECONDS) == 1
        finally:
            server.execute("DROP DATABASE loopin_unmigrated WITH (FORCE)")
    assert "CommandError: Not ready within 8 s." in new.log
    assert "This server is not ready. What failed: migrations." in new.log
    wrong = run("--replace", port=port_of(old), OTP_LENGTH="many")
    assert wrong.process.wait(timeout=PATIENCE_SECONDS) != 0
    assert "OTP_LENGTH" in wrong.log
    assert [requests.get(f"{old.site.url}{PATH}", timeout=60).status_code for _ in range(20)] == (
        [200] * 20
    )
    take_over(run, old)
    assert old.process.wait(timeout=PATIENCE_SECONDS) == 0


def test_a_second_server_is_refused_and_names_the_first(run, old):
    second = run(port=port_of(old))
    assert second.process.wait(timeout=PATIENCE_SECONDS) == 1
    assert second.log.startswith(
        f"CommandError: Process {old.process.pid} is a Loopin that serves port {port_of(old)}"
    )
    assert "serve --replace" in second.log
    with pytest.raises(CommandError, match=f"Process {old.process.pid} "):
        Successors("0.0.0.0", port_of(old)).claim()


def test_another_program_s_port_is_refused(run):
    """Also if it would share the port with others."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        server = run("--replace", port=port)
        assert server.process.wait(timeout=PATIENCE_SECONDS) == 1
    assert server.log == (
        f"CommandError: 127.0.0.1:{port} is taken by another program. Stop it, or choose another"
        " --port. A Loopin 1.0 is replaced as docs/restarts.md says.\n"
    )


def test_a_server_that_is_killed_while_it_ends_takes_nothing_along(run, old):
    with requests.Session() as idle:
        idle.get(f"{old.site.url}{PATH}", timeout=PATIENCE_SECONDS)
        new = take_over(run, old)
        assert old.process.poll() is None, "a connection is open"
        family = psutil.Process(old.process.pid).children(recursive=True)
        old.process.kill()
        old.process.wait()
        assert psutil.wait_procs(family, timeout=PATIENCE_SECONDS)[1] == []
    load = Load(new.site.url)
    with load.running():
        load.wait_for(200)
    assert load.errors == []


def test_after_a_killed_server_nobody_is_replaced(run, old):
    """No number of a process is kept that another process could get."""
    old.process.kill()
    old.process.wait()
    assert pid_at("127.0.0.1", port_of(old)) is None

    def is_free():
        new = run("--replace", port=port_of(old))
        eventually(lambda: new.process.poll() is not None or "/api/health" in new.log or is_up(new))
        return new.process.poll() is None

    def is_up(new):
        try:
            return requests.get(f"{new.site.url}{PATH}", timeout=60).ok
        except requests.RequestException:
            return False

    eventually(is_free, seconds=PATIENCE_SECONDS)  # its processes end within a second


def test_more_and_fewer_processes_drop_nothing_either(run, old):
    load = Load(old.site.url)
    with load.running():
        load.wait_for(50)
        more = take_over(run, old, WORKERS="3")
        load.wait_for(50)
        fewer = take_over(run, more, WORKERS="1")
        load.wait_for(50)
    assert (set(load.answers), load.errors) == ({("fresh", 200), ("kept", 200)}, [])
    assert "Serving with 3 processes, as before" in fewer.log


def test_a_server_that_is_being_replaced_says_so():
    """And one that does not answer is given up."""
    port = free_port()
    with socket.socket(socket.AF_UNIX) as busy:
        busy.bind(f"\0loopin-serve:127.0.0.1:{port}")
        busy.listen()
        server = RunningServer.find("127.0.0.1", port)
        connected, _ = busy.accept()
        with connected:
            connected.sendall(b"B")
            with pytest.raises(CommandError, match="is being replaced already"):
                server.listeners()


def test_a_detached_server_tells_the_service_manager_and_lets_the_command_return(
    run, old, tmp_path
):
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address)
        manager.settimeout(PATIENCE_SECONDS)
        new = run("--replace", "--detach", port=port_of(old), NOTIFY_SOCKET=address)
        assert new.process.wait(timeout=PATIENCE_SECONDS) == 0, new.log
        pid = pid_at("127.0.0.1", port_of(old))
        try:
            assert manager.recv(1000).decode() == f"READY=1\nMAINPID={pid}"
            assert old.process.wait(timeout=PATIENCE_SECONDS) == 0
            answer = requests.get(f"{old.site.url}{PATH}", timeout=PATIENCE_SECONDS)
            assert json.loads(answer.text)["data"] == {"status": "live"}
        finally:
            end_detached(pid)
