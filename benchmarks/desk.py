"""The sales desk with a year of leads: pages, figures, and desks that are left open.

python -m benchmarks.desk
python -m benchmarks.desk --leads 200000 --events 2000000
"""

import argparse
import time
from collections.abc import Callable

from benchmarks.site import migrated, served


def main() -> None:
    options = _options()
    with migrated() as here:
        _measure(options, here.database_pid)


def _measure(options: argparse.Namespace, database_pid: int) -> None:
    from benchmarks import desk_data, desk_pages, desk_polls  # noqa: PLC0415  settings come first
    from leads.insights.rollups import rebuild, refresh  # noqa: PLC0415

    took = desk_data.fill(options.leads, options.events)
    leads, events, size = desk_data.size()
    print(f"{leads} leads and {events} events: {took:.0f} s to load, {size} MiB.", flush=True)
    print(f"The figures from nothing: {_timed(rebuild):.1f} s; nothing to do: ", end="")
    print(f"{_timed(refresh) * 1e3:.0f} ms.\n", flush=True)
    manager = desk_pages.cookie_of("manager", "Sales manager")
    desks = [
        desk_pages.cookie_of(f"desk{number}", "Sales agent" if number % 4 else "Sales manager")
        for number in range(max(options.desks))
    ]
    with served(database_pid) as site:
        before = site.memory_mib()
        kinds = desk_pages.kinds()
        _table(desk_pages.HEAD, 5)
        for kind in kinds:
            print(desk_pages.measure(site, kind, manager, options.requests), flush=True)
        for kind in kinds if options.plans else ():
            desk_pages.print_plans(kind, manager, options.plans)
        print(f"\nMemory of the workers, MiB: {before} before, {site.memory_mib()} after.\n")
        _table(desk_polls.OPEN, 4)
        for count in options.desks:
            print(desk_polls.latency(site, desks[:count], options.changes), flush=True)
        print()
        _table(desk_polls.IDLE, 6)
        for count in options.desks:
            print(desk_polls.idle(site, desks[:count], options.seconds), flush=True)
        print(f"\nMemory of the workers, MiB: {site.memory_mib()} at the end.")


def _table(head: str, numbers: int) -> None:
    print(head, "| --- |" + " ---: |" * numbers, sep="\n", flush=True)


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the sales desk with a year of leads.")
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=10_000_000, help="in all, roughly")
    parser.add_argument("--requests", type=int, default=100, help="of each page")
    parser.add_argument("--changes", type=int, default=20, help="leads made while desks are open")
    parser.add_argument(
        "--seconds", type=float, default=20, help="for which idle desks are watched"
    )
    parser.add_argument("--desks", type=int, nargs="+", default=[1, 50, 200])
    parser.add_argument("--plans", type=float, metavar="MS", help="of statements that take so long")
    return parser.parse_args()


if __name__ == "__main__":
    main()
