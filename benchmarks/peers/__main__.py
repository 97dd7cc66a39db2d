"""Measures the product beside its peers, prints the tables, and writes docs/performance.md.

python -m benchmarks.peers
python -m benchmarks.peers --before 265cd45c --rounds 5 --seconds 5
python -m benchmarks.peers --only loopin --only better-auth --rounds 1 --no-write
"""

import argparse
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

from benchmarks.peers import candidates, counting, earlier, results, rounds, software, tables
from benchmarks.peers.candidates import Candidate
from benchmarks.peers.databases import SETTINGS, Databases, databases
from benchmarks.peers.load import CONNECTIONS
from benchmarks.site import ROOT


def main() -> None:
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))  # and so clean up
    if missing := software.missing():
        sys.exit("\n".join(missing))
    software.make()
    chosen = candidates.chosen(_all(options), options.only)
    with databases(options.people) as its_databases:
        run = _run(chosen, its_databases, options)
    print(tables.render(run))
    if not options.no_write:
        results.save(run)
        subprocess.run([sys.executable, "-m", "docs"], cwd=ROOT, check=True)


def _all(options: argparse.Namespace) -> list[Candidate]:
    found = [candidates.ours("Loopin")]
    if options.threads:
        name = f"Loopin, {options.threads} threads"
        found.append(candidates.ours(name, threads=options.threads))
    if options.before:
        folder, short = earlier.checkout(options.before)
        found.append(candidates.ours(f"Loopin at {short}", folder, "loopin_before"))
    return [*found, *candidates.PEERS, candidates.BARE]


def _run(
    chosen: list[Candidate], its_databases: Databases, options: argparse.Namespace
) -> results.Run:
    """Everybody's turn in each round, in another order each time."""
    measured = {one.name: results.Result(one.name, one.is_peer, one.is_ours) for one in chosen}
    for one in chosen:
        _say(f"{one.name}: its database")
        its_databases.prepare(one)
        if options.count:
            _say(f"{one.name}: counting")
            counting.count(one, its_databases, measured[one.name])
    for number in range(options.rounds):
        for one in random.sample(chosen, len(chosen)):
            _say(f"{one.name}: round {number + 1} of {options.rounds}")
            rounds.measure(one, its_databases, measured[one.name], options.seconds)
    [version] = its_databases.run("SHOW server_version")
    return results.Run(_conditions(options, version[0]), list(measured.values()))


def _conditions(options: argparse.Namespace, postgresql: str) -> dict[str, str]:
    return {
        "Cores, for the server, PostgreSQL and the load": str(os.cpu_count()),
        "Processor": _processor(),
        "Rounds, seconds of an operation in each": f"{options.rounds}, {options.seconds:g}",
        "Connections": str(CONNECTIONS),
        "People in the tables": f"{options.people:,}".replace(",", " "),
        "PostgreSQL": f"{postgresql}, {', '.join(f'{k} {v}' for k, v in SETTINGS.items())}",
        **software.versions(),
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), "")


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the product beside its peers.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4, help="of each operation in a round")
    parser.add_argument("--only", action="append", default=[], help="a word of a name; repeatable")
    parser.add_argument("--before", metavar="REVISION", help="also the product as it was then")
    parser.add_argument("--threads", type=int, help="also the product with so many a process")
    parser.add_argument("--people", type=int, default=50_000, help="in everybody's tables")
    parser.add_argument(
        "--count",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="also count statements and what is written",
    )
    parser.add_argument("--no-write", action="store_true", help="keep docs/performance.md")
    return parser.parse_args()


if __name__ == "__main__":
    main()
