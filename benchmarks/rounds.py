"""The rounds: every operation in turn, again and again, so that a disturbance meets them all."""

import argparse
from collections.abc import Sequence

from benchmarks import report
from benchmarks.cast import Cast
from benchmarks.load import Run, drive
from benchmarks.message import Request
from benchmarks.operations import OPERATIONS, Operation
from benchmarks.report import Round
from benchmarks.site import Cpu, Site


def run(
    site: Site, cast: Cast, options: argparse.Namespace, statements: dict[str, tuple[int, int]]
) -> None:
    """Print the table, the memory, and how much of a core the load itself took."""

    def load(requests: Sequence[Request], status: int) -> Run:
        return drive(site.port, requests, status=status, connections=options.connections)

    def measure(operation: Operation) -> Round:
        requests = operation.requests(cast, options.requests)
        before = site.cpu_seconds()
        done = load(requests, operation.status)
        return _round(done, before, site.cpu_seconds())

    cast.send = lambda requests, status: load(requests, status).answers
    for operation in OPERATIONS.values():
        measure(operation)  # threads, connections and statements get ready
    memory = site.memory_mib()
    rounds: dict[str, list[Round]] = {name: [] for name in OPERATIONS}
    for _ in range(options.rounds):
        for name, operation in OPERATIONS.items():
            rounds[name].append(measure(operation))
    print(report.table(rounds, statements))
    print(f"\nMemory of the workers, MiB: {memory} after warm-up, {site.memory_mib()} at the end.")
    shares = [one.load_share for measured in rounds.values() for one in measured]
    print(f"The load took {min(shares):.0%}–{max(shares):.0%} of a core.")


def _round(done: Run, before: Cpu, after: Cpu) -> Round:
    count = len(done.answers)
    server, database = (
        sum(used - then.get(pid, 0) for pid, used in now.items()) / count * 1e6
        for then, now in zip(before, after, strict=True)
    )
    return Round(
        rate=count / done.seconds,
        p50=done.percentile(0.50) * 1e3,
        p99=done.percentile(0.99) * 1e3,
        server_cpu=server,
        database_cpu=database,
        load_share=done.own_cpu_seconds / done.seconds,
    )
