"""How long an uninvolved visitor waits while somebody tries to stop the site.

python -m benchmarks.attacks

Each attack runs for some seconds in a process of its own, from as many connections and client
addresses as it likes. A visitor opens the sign-in page again and again meanwhile, as before it.
"""

import itertools
import json
import multiprocessing
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from benchmarks.message import HOST
from benchmarks.site import Site, migrated, served

SECONDS = 8
PATIENCE_SECONDS = 120
JSON = {"Content-Type": "application/json"}
KEYS = "Key (" * 1500
MARKS = "a" + "\u0301\u0316" * 40_000
CROWD = 32
SLOW_CLIENTS = 300

_numbers = itertools.count(time.time_ns() % 10_000_000)


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: str | None = None


def flood_the_log(number: int) -> Asked:
    """A header that the log quotes."""
    return Asked("POST", "/signup/", {"Origin": KEYS})


def register(number: int) -> Asked:
    """Accounts with a password each, from an address of its own each."""
    person = {
        "email": f"a{number}@example.com",
        "phone": f"+9198{number % 10**8:08}",
        "first_name": "Asha",
        "last_name": "Rao",
        "password": "correct horse battery",
        "password_confirm": "correct horse battery",
    }
    return Asked("POST", "/api/users/register/", JSON | _from(number), json.dumps(person))


def compose_names(number: int) -> Asked:
    """A name of nothing but combining marks."""
    body = json.dumps({"first_name": MARKS}, ensure_ascii=False)
    return Asked("POST", "/api/users/register/", JSON | _from(number), body)


def match_routes(number: int) -> Asked:
    """A path that a route of Django's admin compares in quadratic time."""
    return Asked("GET", "/django/admin/r/" + "r/" * 3500, {})


def describe_the_api(number: int) -> Asked:
    return Asked("GET", "/api/openapi.json", {})


def ask_for_the_health(number: int) -> Asked:
    return Asked("GET", "/api/health", {})


ATTACKS = {
    "a header that the log quotes": flood_the_log,
    "32 registrations at once": register,
    "names of combining marks": compose_names,
    "paths that routes compare slowly": match_routes,
    "the API's description": describe_the_api,
    "the health check": ask_for_the_health,
}


def _from(number: int) -> dict[str, str]:
    return {"X-Forwarded-For": f"198.51.{number // 250 % 250}.{number % 250}"}


@dataclass(frozen=True)
class Waits:
    """How long each visit took, in seconds."""

    seconds: list[float]

    def percentile(self, share: float) -> float:
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def visit(port: int) -> Waits:
    """Open the page for `SECONDS`, with pauses as somebody who reads makes them, but shorter."""
    waits, end = [], time.monotonic() + SECONDS
    while time.monotonic() < end or not waits:
        began = time.perf_counter()
        _ask(port, Asked("GET", "/login/", {"X-Forwarded-For": "203.0.113.9"}))
        waits.append(time.perf_counter() - began)
        time.sleep(0.02)
    return Waits(waits)


def _ask(port: int, asked: Asked) -> int:
    connection = HTTPConnection(HOST, port, timeout=PATIENCE_SECONDS)
    try:
        body = asked.body.encode() if asked.body else None
        connection.request(asked.method, asked.path, body, asked.headers)
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


def attack(port: int, make: Callable[[int], Asked], answers: "multiprocessing.Queue[int]") -> None:
    """Ask from `CROWD` connections until the process is ended."""

    def ask_on(first: int) -> None:
        while True:
            with suppress(OSError, HTTPException):
                answers.put(_ask(port, make(next(_numbers))))

    with ThreadPoolExecutor(CROWD) as crowd:
        list(crowd.map(ask_on, range(CROWD)))


def be_slow(port: int, answers: "multiprocessing.Queue[int]") -> None:
    """Begin a header or a body, and send a byte of it now and then; come again when cut."""
    beginnings = [
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ",
        b"POST /signup/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n\r\na",
    ]
    clients: list[socket.socket] = []
    while True:
        while len(clients) < SLOW_CLIENTS:
            client = socket.create_connection((HOST, port), timeout=PATIENCE_SECONDS)
            client.sendall(beginnings[len(clients) % 2])
            clients.append(client)
        time.sleep(1)
        for client in clients.copy():
            try:
                client.sendall(b"a")
            except OSError:
                clients.remove(client)


@contextmanager
def under(target: Callable[..., None], *values: object) -> "Iterator[multiprocessing.Queue[int]]":
    """While an attack runs; the queue has the statuses of what it was answered."""
    answers: multiprocessing.Queue[int] = multiprocessing.Queue()
    attacker = multiprocessing.Process(target=target, args=(*values, answers), daemon=True)
    attacker.start()
    time.sleep(0.5)
    try:
        yield answers
    finally:
        attacker.kill()
        attacker.join()


def report(name: str, calm: Waits, attacked: Waits, told: str) -> None:
    p99 = calm.percentile(0.99) * 1000, attacked.percentile(0.99) * 1000
    ratio = f"{p99[1] / p99[0]:.1f}"
    print(
        f"| {name} | {p99[0]:.0f} | {p99[1]:.0f} | {ratio} | {len(attacked.seconds)} | {told} |",
        flush=True,
    )


def _counted(answers: "multiprocessing.Queue[int]") -> str:
    statuses: Counter[int] = Counter()
    while not answers.empty():
        statuses[answers.get()] += 1
    return ", ".join(f"{count} × {status}" for status, count in statuses.most_common(3)) or "none"


def play(site: Site) -> None:
    print("| Attack | p99 before, ms | p99 meanwhile, ms | × | visits | answers |")
    print("| --- | ---: | ---: | ---: | ---: | --- |")
    visit(site.port)
    for name, make in ATTACKS.items():
        calm = visit(site.port)
        memory = site.memory_mib()
        with under(attack, site.port, make) as answers:
            attacked = visit(site.port)
            told = _counted(answers)
            grown = max(site.memory_mib()) - max(memory)
        report(name, calm, attacked, f"{told}; a worker grew by {grown} MiB")


def play_behind_nginx(site: Site, folder: Path) -> None:
    from tests import nginx  # noqa: PLC0415  the one who starts it for the tests

    if nginx.PROGRAM is None:
        print("nginx is not installed: slow clients were not tried.")
        return
    (folder / "nginx").mkdir()
    process, port = nginx.start(folder / "nginx", upstream=site.port)
    try:
        calm = visit(port)
        with under(be_slow, port):
            report(f"{SLOW_CLIENTS} slow clients, behind nginx", calm, visit(port), "")
    finally:
        process.terminate()
        process.wait(timeout=20)


def main() -> None:
    with migrated(SMS_PER_IP="1000000") as here, served(here.database_pid) as site:
        with suppress(ImportError):
            play_behind_nginx(site, here.folder)
        play(site)


if __name__ == "__main__":
    main()
