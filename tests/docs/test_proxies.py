"""The proxies of `deploy/proxy/` do what the guide says of them."""

import http.client
import json
import socket
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests import caddy, nginx, processes
from tests.docs.markdown import ROOT

SECONDS = 2
"""What a slow client has in these tests; the example gives ten."""

needs_nginx = pytest.mark.skipif(nginx.PROGRAM is None, reason="nginx is not installed")
needs_caddy = pytest.mark.skipif(caddy.PROGRAM is None, reason="caddy is not installed")


@needs_nginx
def test_nginx_understands_its_file(tmp_path):
    configuration = nginx.write(tmp_path, port=8443, upstream=8000)
    command = [nginx.PROGRAM, "-t", "-p", tmp_path, "-c", configuration]
    tried = subprocess.run(command, capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr
    assert "warn" not in tried.stderr


@needs_caddy
def test_caddy_understands_its_file(tmp_path):
    configuration = caddy.write(tmp_path)
    command = [caddy.PROGRAM, "adapt", "--adapter", "caddyfile", "--config", configuration]
    adapted = subprocess.run(command, capture_output=True, text=True, check=False)
    assert adapted.returncode == 0, adapted.stderr
    [server] = json.loads(adapted.stdout)["apps"]["http"]["servers"].values()
    assert server["read_header_timeout"] == 10 * 10**9
    assert server["read_timeout"] == 5 * 60 * 10**9


class Upstream(BaseHTTPRequestHandler):
    """Stands for Loopin: what reaches it, and a small answer."""

    reached: list[tuple[str, dict[str, str], int]] = []

    def answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        self.reached.append((self.path, dict(self.headers), len(body)))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    do_GET = do_POST = answer  # noqa: N815  names that the class asks for

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def proxy(tmp_path):
    """The port of an nginx before an upstream that notes what reaches it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Upstream.reached = []
    process, port = nginx.start(tmp_path, upstream=server.server_port, seconds=SECONDS)
    yield port
    processes.end(process)
    server.shutdown()
    server.server_close()


@needs_nginx
def test_who_dribbles_a_header_is_cut_however_steadily(proxy):
    begin = b"GET / HTTP/1.1\r\nHost: loopin.example\r\nX-Slow: "
    assert nginx.seconds_until_cut(proxy, begin, b"a", most=SECONDS * 5) < SECONDS * 2
    assert Upstream.reached == []


@needs_nginx
def test_who_stops_in_a_body_is_cut_and_no_thread_of_ours_has_waited(proxy):
    begin = b"POST /signup/ HTTP/1.1\r\nHost: loopin.example\r\nContent-Length: 9000\r\n\r\nphone"
    assert nginx.seconds_until_cut(proxy, begin, b"", most=SECONDS * 5) < SECONDS * 2
    assert Upstream.reached == []


@needs_nginx
def test_a_crowd_of_slow_bodies_takes_no_thread_of_ours(proxy):
    begin = b"POST /signup/ HTTP/1.1\r\nHost: loopin.example\r\nContent-Length: 9000\r\n\r\nphone"
    clients = [socket.create_connection(("127.0.0.1", proxy), timeout=10) for _ in range(90)]
    for client in clients:
        client.sendall(begin)
    assert ask(proxy, "GET", "/")[0] == 200
    assert [path for path, *_ in Upstream.reached] == ["/"]
    for client in clients:
        client.close()


def ask(port: int, method: str, path: str, body: bytes | None = None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path, body)
    response = connection.getresponse()
    found = response.status, dict(response.headers), response.read()
    connection.close()
    return found


@needs_nginx
def test_who_asks_too_often_is_told_when_to_come_again(proxy):
    with ThreadPoolExecutor(20) as crowd:
        answers = list(crowd.map(lambda _: ask(proxy, "POST", "/api/users/register/"), range(200)))
    refused = [(headers, body) for status, headers, body in answers if status == 429]
    assert 50 <= len(refused) < 200
    headers, body = refused[0]
    assert headers["Retry-After"] == "5"
    assert json.loads(body)["retry_after"] == 5
    assert ask(proxy, "GET", "/")[0] == 200  # what is limited is sending, not reading


@needs_nginx
def test_large_bodies_pass_where_files_are_taken_and_nowhere_else(proxy):
    body = b"a" * (3 * 1024 * 1024)
    for path in ("/profile/pictures/upload/", "/api/auth/profile-pictures", "/leads/import/"):
        assert ask(proxy, "POST", path, body)[0] == 200
    for path in ("/signup/", "/leads/import/1/", "/leads/imports/1/columns/"):
        assert ask(proxy, "POST", path, body)[0] == 413
    assert [length for *_, length in Upstream.reached] == [len(body)] * 3


@needs_nginx
def test_a_client_cannot_write_its_own_address_or_scheme(proxy):
    connection = http.client.HTTPConnection("127.0.0.1", proxy, timeout=20)
    told = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "http"}
    connection.request("GET", "/", headers=told)
    connection.getresponse().read()
    [(_, headers, _)] = Upstream.reached
    assert headers["X-Forwarded-For"].rpartition(", ")[2] == "127.0.0.1"
    assert headers["X-Forwarded-Proto"] == "https"


def test_large_bodies_are_those_of_our_own_views(settings):
    from django.urls import resolve

    from loopin.web.body_limits import _file_views

    pages = ("/profile/pictures/upload/", "/api/auth/profile-pictures", "/leads/import/")
    assert {resolve(path).view_name for path in pages} == set(_file_views)
    assert (ROOT / "deploy/proxy/nginx.conf").read_text().count("client_max_body_size") == 3


def test_the_check_warns_of_clients_that_are_not_told_apart(settings):
    from django.core.checks import run_checks

    def warned():
        found = run_checks(include_deployment_checks=True)
        return "accounts.W004" in {message.id for message in found}

    settings.TRUSTED_PROXY_COUNT = 0
    assert warned()
    settings.TRUSTED_PROXY_COUNT = 1
    assert not warned()
