"""The same requests through the WSGI application in this process: statements and CPU profiles."""

import cProfile
import pstats
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.cast import Cast
from benchmarks.load import UnexpectedAnswer
from benchmarks.message import Request, status_of
from benchmarks.operations import OPERATIONS
from benchmarks.packages import package_of
from benchmarks.wire import CONTROL
from loopin.wsgi import application

SHOWN_FUNCTIONS = 40


def answer(request: Request) -> bytes:
    """What the site answers, written as it would be on the wire."""
    head: list[str] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        head.extend([f"HTTP/1.1 {status}", *(f"{key}: {value}" for key, value in headers)])

    body = application(request.environ(), start_response)
    try:
        content = b"".join(body)
    finally:
        body.close()
    return "\r\n".join([*head, "", ""]).encode("latin-1") + content


def send(requests: Sequence[Request], status: int) -> list[bytes]:
    answers = [answer(request) for request in requests]
    for one in answers:
        if status_of(one) != status:
            raise UnexpectedAnswer(one[:1000].decode(errors="replace"))
    return answers


def statements_of(request: Request, status: int) -> int:
    """Of one request, without transaction control. Caches start empty."""
    cache.clear()
    with CaptureQueriesContext(connection) as captured:
        send([request], status)
    sent = [query["sql"] for query in captured.captured_queries]
    return sum(not sql.startswith(CONTROL) for sql in sent)


def plans_of(request: Request, milliseconds: float) -> list[str]:
    """The plans of those statements of a request that take so long."""
    with CaptureQueriesContext(connection) as captured:
        send([request], 200)
    slow = [
        query["sql"]
        for query in captured.captured_queries
        if float(query["time"]) * 1000 >= milliseconds
    ]
    plans = []
    for sql in slow:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
        plans.append(f"{sql}\n\n{plan}")
    return plans


def profile(cast: Cast, name: str, count: int) -> None:
    """Print where the time of one operation goes, after a warm-up."""
    operation = OPERATIONS[name]
    send(operation.requests(cast, 200), operation.status)
    requests = operation.requests(cast, count)
    cpu, started_at = time.process_time(), time.perf_counter()
    send(requests, operation.status)
    cpu, took = time.process_time() - cpu, time.perf_counter() - started_at
    print(f"{name}: {took / count * 1e6:.0f} µs a request, of them {cpu / count * 1e6:.0f} µs CPU")
    profiler = cProfile.Profile()
    requests = operation.requests(cast, count)
    profiler.runcall(send, requests, operation.status)
    stats = pstats.Stats(profiler)
    _print_packages(stats, count)
    for order in ("tottime", "cumulative"):
        stats.sort_stats(order).print_stats(SHOWN_FUNCTIONS)


def _print_packages(stats: pstats.Stats, count: int) -> None:
    """Own time by package; a built-in counts for whoever called it."""
    spent: Counter[str] = Counter()
    for (file, _, _), (_, _, own, _, callers) in stats.stats.items():  # type: ignore[attr-defined]
        if file != "~":
            spent[package_of(file)] += own
        for (caller, _, _), (_, _, own_for_caller, _) in callers.items() if file == "~" else ():
            spent[package_of(caller)] += own_for_caller
    total = sum(spent.values())
    print("\nOwn time under the profiler, by package:")
    for package, seconds in spent.most_common(20):
        print(f"  {seconds / total:6.1%}  {seconds / count * 1e6:7.1f} µs  {package}")
