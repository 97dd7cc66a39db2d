"""The load: a few keep-alive connections, each sending its next request when it has the answer.

One thread over epoll and plain sockets costs about a tenth of what the server spends on an answer,
so the generator measures the site rather than itself.
"""

import gc
import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.message import HOST, Request, is_complete, status_of

PATIENCE_SECONDS = 20
"""Longer than any answer may take, so silence means that something is broken."""


class UnexpectedAnswer(Exception):
    """The site did not answer as it should: the figures would mean nothing."""


@dataclass(frozen=True)
class Run:
    """What a number of requests took. Times are in seconds."""

    seconds: float
    own_cpu_seconds: float
    latencies: list[float]
    answers: list[bytes]

    def percentile(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class _Connection:
    """One keep-alive connection with one request under way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection((HOST, port), timeout=PATIENCE_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""
        self.sent_at = 0.0

    def send(self, request: bytes) -> None:
        self.received = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def answer(self) -> bytes | None:
        """The answer, once all of it is there."""
        arrived = self.socket.recv(1 << 18)
        if not arrived:
            raise UnexpectedAnswer("The site closed a connection.")
        self.received += arrived
        return self.received if is_complete(self.received) else None


def drive(port: int, requests: Sequence[Request], *, status: int, connections: int) -> Run:
    """Send each request once; raises UnexpectedAnswer at the first answer of another status."""
    wire = [request.on_the_wire() for request in requests]
    links = [_Connection(port) for _ in range(min(connections, len(wire)))]
    gc.collect()
    gc.disable()
    try:
        return _drive(links, wire, status)
    finally:
        gc.enable()
        for link in links:
            link.socket.close()


def _drive(links: list[_Connection], wire: list[bytes], status: int) -> Run:
    latencies: list[float] = []
    answers: list[bytes] = []
    waiting = iter(wire)
    started_at, cpu = time.perf_counter(), time.process_time()
    with selectors.DefaultSelector() as selector:
        for link, request in zip(links, waiting, strict=False):
            selector.register(link.socket, selectors.EVENT_READ, link)
            link.send(request)
        while len(answers) < len(wire):
            for link in _answered(selector):
                answer = link.received
                latencies.append(time.perf_counter() - link.sent_at)
                if status_of(answer) != status:
                    raise UnexpectedAnswer(answer[:1000].decode(errors="replace"))
                answers.append(answer)
                if request := next(waiting, b""):
                    link.send(request)
    seconds = time.perf_counter() - started_at
    return Run(seconds, time.process_time() - cpu, latencies, answers)


def _answered(selector: selectors.BaseSelector) -> list[_Connection]:
    ready = selector.select(PATIENCE_SECONDS)
    if not ready:
        raise UnexpectedAnswer(f"The site was silent for {PATIENCE_SECONDS} s.")
    return [key.data for key, _ in ready if key.data.answer() is not None]
