"""Open desks: how soon they show a change, and what they cost while nothing changes.

Each asks as the browser does: a second after its last question, give or take a tenth, on its own
connection, with what it knows (If-None-Match) and what it shows (Desk-Rows).
"""

import heapq
import random
import re
import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.load import PATIENCE_SECONDS, UnexpectedAnswer
from benchmarks.message import HOST, Request, header_of, is_complete, status_of
from benchmarks.site import Site, cpu_between
from leads.models import Lead
from leads.models.lead_event import EventKind
from loopin.sql import fetch_row

OPEN = "| open desks | median ms | p99 ms | slowest ms | rows seen |"
IDLE = "| idle desks | polls/s | statements/s | 304 | server | PostgreSQL | both, of one core |"

PATH = "/leads/"
ROW = re.compile(rb'id="lead-(\d+)"')
CHANGE_EVERY_SECONDS = 1.7
"""No multiple of the desks' interval, so that changes fall into every part of it."""


class Desk:
    """One open tab."""

    def __init__(self, port: int, headers: dict[str, str]) -> None:
        self.socket = socket.create_connection((HOST, port), timeout=PATIENCE_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rows: set[bytes] = set()
        self.etag = ""
        self._headers = headers
        self._order: list[bytes] = []
        self._received = b""

    def ask(self) -> None:
        headers = {**self._headers, "HX-Request": "true"}
        if self.etag:
            headers |= {"If-None-Match": self.etag, "Desk-Rows": b",".join(self._order).decode()}
        self._received = b""
        self.socket.sendall(Request("GET", PATH, headers=headers).on_the_wire())

    def receive(self) -> int:
        """The status, once the whole answer is there; 0 before."""
        arrived = self.socket.recv(1 << 18)
        if not arrived:
            raise UnexpectedAnswer("The site closed a desk's connection.")
        self._received += arrived
        if not is_complete(self._received):
            return 0
        status = status_of(self._received)
        if status not in (200, 304):
            raise UnexpectedAnswer(self._received[:500].decode(errors="replace"))
        self.etag = header_of(self._received, "ETag")
        if status == 200:
            self._order = list(dict.fromkeys(ROW.findall(self._received)))
            self.rows = set(self._order)
        return status


@dataclass
class OpenDesks:
    """Desks that poll in one thread over epoll, and counts of their answers."""

    desks: list[Desk]
    answers: dict[int, int] = field(default_factory=lambda: {200: 0, 304: 0})

    def poll(self, until: Callable[[], bool], on_rows: Callable[[Desk], None]) -> None:
        """Until `until()`; `on_rows(desk)` after each full answer."""
        now = time.perf_counter()
        due = [(now + random.random(), number) for number in range(len(self.desks))]
        heapq.heapify(due)
        with selectors.DefaultSelector() as selector:
            for number, desk in enumerate(self.desks):
                selector.register(desk.socket, selectors.EVENT_READ, number)
            while not until():
                self._ask(due)
                for key, _ in selector.select(_pause(due)):
                    self._receive(key.data, due, on_rows)

    def _ask(self, due: list[tuple[float, int]]) -> None:
        while due and due[0][0] <= time.perf_counter():
            self.desks[heapq.heappop(due)[1]].ask()

    def _receive(
        self, number: int, due: list[tuple[float, int]], on_rows: Callable[[Desk], None]
    ) -> None:
        status = self.desks[number].receive()
        if not status:
            return
        self.answers[status] += 1
        heapq.heappush(due, (time.perf_counter() + random.uniform(0.9, 1.1), number))
        if status == 200:
            on_rows(self.desks[number])


def _pause(due: list[tuple[float, int]]) -> float:
    return max(0.0, min(0.02, due[0][0] - time.perf_counter())) if due else 0.02


def open_desks(site: Site, cookies: list[dict[str, str]]) -> OpenDesks:
    """The desks, each with its first answer, so that what follows is polling."""
    open_tabs = OpenDesks([Desk(site.port, cookie) for cookie in cookies])
    open_tabs.poll(lambda: all(desk.etag for desk in open_tabs.desks), lambda desk: None)
    return open_tabs


def close(open_tabs: OpenDesks) -> None:
    for desk in open_tabs.desks:
        desk.socket.close()


def idle(site: Site, cookies: list[dict[str, str]], seconds: float) -> str:
    """A row: what the desks cost while nothing happens, in percent of one core."""
    open_tabs = open_desks(site, cookies)
    try:
        _for(open_tabs, 3)  # the first round of questions is over
        open_tabs.answers = {200: 0, 304: 0}
        asked, before, began = _statements(), site.cpu_seconds(), time.perf_counter()
        _for(open_tabs, seconds)
        took, after, asked = time.perf_counter() - began, site.cpu_seconds(), _statements() - asked
    finally:
        close(open_tabs)
    server, database = (seconds / took for seconds in cpu_between(before, after))
    polls = open_tabs.answers[304] + open_tabs.answers[200]
    cells = (
        f"{len(cookies)}",
        f"{polls / took:.0f}",
        f"{asked / took:.0f}",
        f"{open_tabs.answers[304] / polls:.0%}",
        f"{server:.1%}",
        f"{database:.1%}",
        f"{server + database:.1%}",
    )
    return f"| {' | '.join(cells)} |"


def _statements() -> int:
    """How many PostgreSQL has run, as far as sessions have told, which they do once a second.
    Outside of transactions each is one of its own."""
    row = fetch_row(
        "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()", []
    )
    assert row is not None
    return int(row[0])


def _for(open_tabs: OpenDesks, seconds: float) -> None:
    end = time.perf_counter() + seconds
    open_tabs.poll(lambda: time.perf_counter() >= end, lambda desk: None)


def latency(site: Site, cookies: list[dict[str, str]], changes: int) -> str:
    """A row: from a lead's commit until its row has arrived at a desk, over all desks."""
    open_tabs = open_desks(site, cookies)
    probe = LatencyProbe(changes, len(open_tabs.desks))
    try:
        open_tabs.poll(probe.is_over, probe.look)
    finally:
        close(open_tabs)
    seen = sorted(probe.latencies)
    if not seen:
        return f"| {len(cookies)} | no row was seen | | | |"
    middle, late = seen[len(seen) // 2], seen[min(len(seen) - 1, int(len(seen) * 0.99))]
    wanted = changes * len(open_tabs.desks)
    cells = (
        f"{len(cookies)}",
        f"{middle * 1e3:.0f}",
        f"{late * 1e3:.0f}",
        f"{seen[-1] * 1e3:.0f}",
        f"{len(seen)} of {wanted}",
    )
    return f"| {' | '.join(cells)} |"


class LatencyProbe:
    """Creates leads one after the other, and measures when each desk shows them."""

    def __init__(self, changes: int, desks: int) -> None:
        self.latencies: list[float] = []
        self._left = changes
        self._desks = desks
        self._next_at = time.perf_counter() + 3
        self._open: dict[bytes, float] = {}
        self._seen: set[tuple[bytes, int]] = set()
        self._run = random.randrange(10**6)

    def is_over(self) -> bool:
        now = time.perf_counter()
        if self._left and now >= self._next_at:
            self._make()
            self._next_at = now + CHANGE_EVERY_SECONDS
        everywhere = len(self._seen) == len(self._open) * self._desks
        return not self._left and (everywhere or now > self._next_at + PATIENCE_SECONDS)

    def look(self, desk: Desk) -> None:
        now = time.perf_counter()
        for row, committed_at in self._open.items():
            sight = (row, id(desk))
            if row in desk.rows and sight not in self._seen:
                self._seen.add(sight)
                self.latencies.append(now - committed_at)

    def _make(self) -> None:
        phone_number = f"+9155{self._run:06d}{self._left:02d}"
        made = Lead.objects.advance(phone_number, EventKind.CODE_REQUESTED)
        assert made is not None
        self._open[str(made[0]).encode()] = time.perf_counter()
        self._left -= 1
