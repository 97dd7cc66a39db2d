"""What one request costs, counted: figures that a busy machine does not change.

python -m benchmarks.costs
python -m benchmarks.costs signup --statements --packages
python -m benchmarks.costs signup profile --before PATH_OF_ANOTHER_CHECKOUT
"""

import argparse
import signal
import statistics
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg

from benchmarks.counted import Cost, Counted, counted
from benchmarks.site import ROOT, database, temporary_folder

HEAD = "| operation | round trips | statements | Python calls | bytes |"
TURNS = 30
REQUESTS_OF_A_TURN = 20


def main() -> None:
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))  # and so clean up
    with checkouts([ROOT, *options.before]) as processes:
        known = [set(process.operations) for process in processes]
        names = options.operations or [n for n in processes[0].operations if n in known[-1]]
        for process in processes:
            print(f"\n{process.root}\n\n{HEAD}\n| --- |{' ---: |' * 4}")
            for name in names:
                print(_row(name, process.cost(name), options), flush=True)
        if options.before:
            here, before = processes
            _compare(here, before, names)


@contextmanager
def checkouts(roots: list[Path]) -> Iterator[list[Counted]]:
    """Each as a process of its own, on a database of its own in one PostgreSQL."""
    with temporary_folder() as folder, database(folder) as (url, _), ExitStack() as stack:
        processes = []
        for number, root in enumerate(roots):
            name = f"counted_{number}"
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")
            socket_folder = url.partition("host=")[2]
            one = counted(root.resolve(), folder / name, socket_folder, name)
            processes.append(stack.enter_context(one))
        yield processes


def _row(name: str, cost: Cost, options: argparse.Namespace) -> str:
    cells = (name, cost.traffic.trips, cost.traffic.told, cost.calls, cost.bytes)
    lines = [f"| {' | '.join(str(cell) for cell in cells)} |"]
    if options.packages:
        lines += [f"    {count:6}  {package}" for package, count in cost.packages.most_common(25)]
    if options.statements:
        lines += [f"    {' '.join(sql.split())}" for sql in cost.traffic.statements]
    return "\n".join(lines)


def _compare(here: Counted, before: Counted, names: list[str]) -> None:
    """CPU of both in turns. Other work on the machine only adds to it, so the least is compared."""
    print("\n| operation | CPU, × before | by medians | Python calls | round trips |")
    print(f"| --- |{' ---: |' * 4}")
    for name in names:
        turns = [[p.cpu(name, REQUESTS_OF_A_TURN) for p in (here, before)] for _ in range(TURNS)]
        ours, theirs = zip(*turns, strict=True)
        own, other = here.cost(name), before.cost(name)
        cells = (
            f"{min(ours) / min(theirs):.2f}",
            f"{statistics.median(ours) / statistics.median(theirs):.2f}",
            f"{other.calls} → {own.calls}",
            f"{other.traffic.trips} → {own.traffic.trips}",
        )
        print(f"| {name} | {' | '.join(cells)} |", flush=True)
        _print_packages(own.packages, other.packages)


def _print_packages(own: Counter[str], other: Counter[str]) -> None:
    """Calls by package, the largest changes first."""
    for package in sorted(own | other, key=lambda name: -abs(own[name] - other[name]))[:12]:
        if own[package] != other[package]:
            print(f"    {other[package]:6} → {own[package]:6}  {package}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Count what one request costs.")
    parser.add_argument("operations", nargs="*", help="all, unless some are named")
    parser.add_argument("--before", type=Path, nargs=1, default=[], help="another checkout")
    parser.add_argument("--packages", action="store_true", help="calls by package, too")
    parser.add_argument("--statements", action="store_true", help="what was asked, too")
    return parser.parse_args()


if __name__ == "__main__":
    main()
