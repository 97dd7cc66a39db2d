"""One attempt to deliver a message: connect, send, look at the status, close."""

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

from leads.webhooks.public_ips import AddressRefused, resolved
from loopin import __version__

CONNECT_TIMEOUT_SECONDS = 5
READ_TIMEOUT_SECONDS = 10
IN_ALL_SECONDS = 15
"""However slowly the answer drips."""

MAX_ADDRESSES = 3
"""That are tried, so that no name keeps a worker connecting for longer than its lease."""

MAX_RETRY_AFTER_SECONDS = 24 * 60 * 60
PORTS = {"http": 80, "https": 443}

WORDS: list[tuple[type[Exception], str]] = [
    (AddressRefused, "address_refused"),
    (socket.gaierror, "name_not_found"),
    (ssl.SSLError, "tls"),
    (TimeoutError, "timeout"),
    (OSError, "no_connection"),
    (http.client.HTTPException, "bad_answer"),
    (ValueError, "bad_address"),
]
"""What went wrong, in a word; the first that fits."""


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
    """Never raises what the network or the receiver can cause. Redirects are not followed, and of
    the answer only status and `Retry-After` are read."""
    started = time.monotonic()
    try:
        return _post(urlsplit(url), payload, headers)
    except tuple(kind for kind, _ in WORDS) as error:
        if time.monotonic() - started >= IN_ALL_SECONDS:
            return Outcome(error="timeout")  # whatever the reader of a shut socket made of it
        return Outcome(error=next(word for kind, word in WORDS if isinstance(error, kind)))


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
    """A connection that is cut when `IN_ALL_SECONDS` are over, in the middle of TLS too."""
    connection = http.client.HTTPConnection(host, port)
    connection.sock = _open(resolved(host, port), port)
    if scheme == "https":
        connection.sock = _tls().wrap_socket(
            connection.sock, server_hostname=host, do_handshake_on_connect=False
        )
    deadline = threading.Timer(IN_ALL_SECONDS, _cut, [connection.sock])
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


def _open(addresses: list[str], port: int) -> socket.socket:
    """The first address that takes the connection; raises what the last one did."""
    *others, last = addresses[:MAX_ADDRESSES]
    for address in others:
        with suppress(OSError):
            return socket.create_connection((address, port), CONNECT_TIMEOUT_SECONDS)
    return socket.create_connection((last, port), CONNECT_TIMEOUT_SECONDS)


def _cut(sock: socket.socket) -> None:
    """Whoever reads finds the end. Below TLS: its own farewell would wait for the other side."""
    with suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _seconds(retry_after: str | None) -> int:
    """A date, or nothing: 0."""
    is_number = retry_after is not None and retry_after.isascii() and retry_after.isdecimal()
    return min(int(retry_after or 0), MAX_RETRY_AFTER_SECONDS) if is_number else 0
