"""What a sign-up leaves in the database and takes: bytes, WAL, statements, CPU, HOT updates.

python -m benchmarks.sign_up_cost
python -m benchmarks.sign_up_cost --people 50000 --indexes
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.costs_process import ALL_ON_ONE_DAY
from benchmarks.site import ROOT, migrated


def main() -> None:
    options = _options()
    with migrated(**ALL_ON_ONE_DAY) as here:
        from benchmarks import table_figures  # noqa: PLC0415  the settings come first
        from benchmarks.people import Crowd  # noqa: PLC0415

        crowd = Crowd(options.people, threads=options.threads, is_in_steps=options.steps)
        print(f"Statements of one sign-up: {crowd.statements_of_one()}", flush=True)
        with _worker(is_wanted=not options.no_worker):
            before = table_figures.usage(here.database_pid)
            crowd.sign_up()
            after = table_figures.usage(here.database_pid)
        print(table_figures.cost(before, after, options.people), "\n")
        print(table_figures.tables(options.people), "\n")
        if options.indexes:
            print(table_figures.indexes(options.people))


@contextmanager
def _worker(*, is_wanted: bool) -> Iterator[None]:
    """The product's worker beside the sign-ups, as in production."""
    if not is_wanted:
        yield
        return
    worker = subprocess.Popen([sys.executable, "manage.py", "work"], cwd=ROOT)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure what a sign-up costs the database.")
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--steps", action="store_true", help="profiles part by part, as on pages")
    parser.add_argument("--indexes", action="store_true", help="size and reads of each index, too")
    parser.add_argument("--no-worker", action="store_true", help="without the periodic tasks")
    return parser.parse_args()


if __name__ == "__main__":
    main()
