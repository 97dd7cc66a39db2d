"""A loopback system that is told things by webhook."""

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass(frozen=True)
class Message:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """What was told. `status` is what it answers, after `delay` seconds and once it `may_answer`;
    `headers` besides."""

    url: str = ""
    status: int = 204
    delay: float = 0
    headers: dict[str, str] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    together: int = 0
    most_together: int = 0
    may_answer: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.may_answer.set()


class Handler(BaseHTTPRequestHandler):
    receiver: Receiver

    def do_POST(self) -> None:
        told = self.receiver
        told.together += 1
        told.most_together = max(told.most_together, told.together)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        told.messages.append(Message(self.path, headers, body))
        time.sleep(told.delay)
        told.may_answer.wait(60)
        told.together -= 1
        self.send_response(told.status)
        for name, value in told.headers.items():
            self.send_header(name, value)
        self.end_headers()

    def do_GET(self) -> None:
        """What a followed redirect would bring."""
        self.do_POST()

    def log_message(self, *args: object) -> None:
        pass


CERTIFICATE = Path(__file__).parent / "tls" / "localhost.pem"
"""Signed by itself, for `localhost`; its key is no secret."""


def start(*, is_tls: bool = False) -> tuple[Receiver, ThreadingHTTPServer]:
    receiver = Receiver()
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), type("BoundHandler", (Handler,), {"receiver": receiver})
    )
    server.daemon_threads = True
    if is_tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    scheme, host = ("https", "localhost") if is_tls else ("http", "127.0.0.1")
    receiver.url = f"{scheme}://{host}:{server.server_port}/hook"
    return receiver, server


@contextmanager
def running() -> Iterator[Receiver]:
    """A receiver that is gone afterwards."""
    receiver, server = start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
