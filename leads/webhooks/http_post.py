"""One attempt to deliver a message: connect, send, read the status, close."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from urllib.parse import SplitResult, urlsplit

from django.utils.encoding import iri_to_uri

from leads.webhooks.public_ips import PrivateIpRefused, resolved
from loopin import __version__

CONNECT_TIMEOUT_SECONDS = 5
READ_TIMEOUT_SECONDS = 10
TOTAL_TIMEOUT_SECONDS = 15
"""For the whole attempt, however slowly the answer arrives."""

MAX_IPS_TRIED = 3
"""Of one host, so that a worker does not connect for longer than its lease."""

MAX_RETRY_AFTER_SECONDS = 24 * 60 * 60
PORTS = {"http": 80, "https": 443}

ERROR_CODES: list[tuple[type[Exception], str]] = [
    (PrivateIpRefused, "address_refused"),
    (socket.gaierror, "name_not_found"),
    (ssl.SSLError, "tls"),
    (TimeoutError, "timeout"),
    (OSError, "no_connection"),
    (http.client.HTTPException, "bad_answer"),
    (ValueError, "bad_address"),
]
"""The code of each error that the network or the receiver causes; the first class that fits
counts."""


@dataclass(frozen=True)
class Outcome:
    """How an attempt went. `status`: of HTTP, None without an answer. `retry_after`: seconds."""

    status: int | None = None
    error: str = ""
    retry_after: int = 0

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        return self.status == 410


def send(url: str, payload: bytes, headers: dict[str, str]) -> Outcome:
    """Send a message. Errors of the network or the receiver are in the outcome and are not raised.

    Redirects are not followed, and of the answer only status and `Retry-After` are read.
    """
    started = time.monotonic()
    try:
        return _post(urlsplit(url), payload, headers)
    except tuple(kind for kind, _ in ERROR_CODES) as error:
        if time.monotonic() - started >= TOTAL_TIMEOUT_SECONDS:
            return Outcome(error="timeout")  # the socket was shut down while it was read
        return Outcome(error=next(word for kind, word in ERROR_CODES if isinstance(error, kind)))


def _post(parts: SplitResult, payload: bytes, headers: dict[str, str]) -> Outcome:
    host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    target = iri_to_uri(f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}")
    ours = {
        "Host": f"{_bracketed(host)}:{port}" if port else _bracketed(host),
        "User-Agent": f"Loopin-Webhooks/{__version__}",
    }
    with _connected(parts.scheme, host, port or PORTS[parts.scheme]) as connection:
        connection.request("POST", target, payload, headers | ours)
        response = connection.getresponse()
        error = "" if 200 <= response.status < 300 else "status"
        return Outcome(response.status, error, _seconds(response.getheader("Retry-After")))


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@contextmanager
def _connected(scheme: str, host: str, port: int) -> Iterator[http.client.HTTPConnection]:
    """A connection that is shut down after `TOTAL_TIMEOUT_SECONDS`, also during the TLS
    handshake."""
    connection = http.client.HTTPConnection(host, port)
    connection.sock = _open(resolved(host, port), port)
    if scheme == "https":
        connection.sock = _tls().wrap_socket(
            connection.sock, server_hostname=host, do_handshake_on_connect=False
        )
    deadline = threading.Timer(TOTAL_TIMEOUT_SECONDS, _shut_down, [connection.sock])
    deadline.daemon = True
    deadline.start()
    try:
        if isinstance(connection.sock, ssl.SSLSocket):
            connection.sock.do_handshake()
        connection.sock.settimeout(READ_TIMEOUT_SECONDS)
        yield connection
    finally:
        deadline.cancel()
        connection.close()


def _open(ips: list[str], port: int) -> socket.socket:
    """Connect to the first IP that accepts; raises the error of the last one."""
    *others, last = ips[:MAX_IPS_TRIED]
    for ip in others:
        with suppress(OSError):
            return socket.create_connection((ip, port), CONNECT_TIMEOUT_SECONDS)
    return socket.create_connection((last, port), CONNECT_TIMEOUT_SECONDS)


def _shut_down(sock: socket.socket) -> None:
    """End the reading of the answer. The socket below TLS is used, because the shutdown of TLS
    waits for the other side."""
    with suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _seconds(retry_after: str | None) -> int:
    """The seconds of a `Retry-After`; 0 for a date or none."""
    is_number = retry_after is not None and retry_after.isascii() and retry_after.isdecimal()
    return min(int(retry_after or 0), MAX_RETRY_AFTER_SECONDS) if is_number else 0
