"""What PostgreSQL spends on asking for a code, verifying a number and reading a profile.

python -m benchmarks.statement_cost
python -m benchmarks.statement_cost --people 1000000 --statements

Counts of bytes, pages and rows are the same on a busy machine; times are not.
"""

import argparse
import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import connection

from benchmarks import table_figures
from benchmarks.costs_process import ALL_ON_ONE_DAY
from benchmarks.site import migrated
from loopin.sql import execute, fetch_row, fetch_rows

if TYPE_CHECKING:
    from benchmarks.cast import Cast

OPERATIONS = ("signup", "verify-otp", "profile")
WARM_UP = 60
"""More requests than PostgreSQL plans anew before it keeps a plan."""

REQUESTS = 300
EXPLAINED = 40

WRITTEN = """
SELECT relname, n_tup_ins, n_tup_upd, n_tup_upd - n_tup_hot_upd, n_tup_del
FROM pg_stat_user_tables
"""

WAL = "SELECT pg_current_wal_insert_lsn() - '0/0'"

Times = dict[str, list[float]]

HEAD = (
    "| operation | WAL bytes | whole pages | pages read | pages dirtied | statements, µs"
    " | of it triggers | CPU of PostgreSQL, µs | rows written |"
)


@dataclass
class Explained:
    """What EXPLAIN said of the statements of `EXPLAINED` requests: pages of all together, and the
    times of each statement and trigger, in µs."""

    hit: int = 0
    dirtied: int = 0
    by_statement: Times = field(default_factory=lambda: defaultdict(list))
    by_trigger: Times = field(default_factory=lambda: defaultdict(list))

    def __call__(
        self, run: Any, sql: str, parameters: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        """Run a statement twice, as a wrapper of Django's: explained and taken back, then really.

        The references are checked at the end of the statement, as at that of a transaction.
        """
        if sql.split(None, 1)[0].upper() in ("WITH", "INSERT", "UPDATE", "DELETE", "SELECT"):
            raw = connection.connection
            with raw.transaction(force_rollback=True), raw.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", parameters)
                self._add(sql, cursor.fetchone()[0][0])
        return run(sql, parameters, many, context)

    def _add(self, sql: str, plan: dict[str, Any]) -> None:
        self.hit += plan["Plan"]["Shared Hit Blocks"]
        self.dirtied += plan["Plan"]["Shared Dirtied Blocks"]
        self.by_statement[" ".join(sql.split())[:70]].append(plan["Execution Time"] * 1e3)
        for trigger in plan.get("Triggers", []):
            name = trigger.get("Constraint Name") or trigger["Trigger Name"]
            self.by_trigger[name].append(trigger["Time"] * 1e3)


def main() -> None:
    options = _options()
    with migrated(**ALL_ON_ONE_DAY) as here:
        from benchmarks import in_process, many_people  # noqa: PLC0415  the settings come first
        from benchmarks.cast import Cast  # noqa: PLC0415

        many_people.fill(options.people)
        cast = Cast(in_process.send, here.folder / "log")
        print(f"{HEAD}\n| --- |{' ---: |' * 7} --- |")
        explained = {name: _row(cast, name, here.database_pid) for name in OPERATIONS}
        for name, found in explained.items() if options.statements else ():
            print(f"\n{name}:")
            _print_times(found.by_statement, "statement")
            _print_times(found.by_trigger, "trigger")


def _row(cast: "Cast", name: str, database_pid: int) -> Explained:
    """Print what one operation costs."""
    _send(cast, name, WARM_UP)
    written, wal = _written(), _wal()
    before = table_figures.usage(database_pid)
    _send(cast, name, REQUESTS)
    after = table_figures.usage(database_pid)
    wal = (_wal() - wal) / REQUESTS
    written = _written() - written
    explained = Explained()
    with connection.execute_wrapper(explained):
        _send(cast, name, EXPLAINED)
    in_statements = sum(_each(explained.by_statement).values())
    cells = [
        name,
        f"{wal:.0f}",
        f"{(after.pages - before.pages) / REQUESTS:.2f}",
        f"{explained.hit / EXPLAINED:.0f}",
        f"{explained.dirtied / EXPLAINED:.1f}",
        f"{in_statements:.0f}",
        f"{sum(_each(explained.by_trigger).values()) / in_statements:.0%}",
        f"{(after.database_cpu - before.database_cpu) / REQUESTS * 1e6:.0f}",
        _in_words(written),
    ]
    print(f"| {' | '.join(cells)} |", flush=True)
    return explained


def _send(cast: "Cast", name: str, count: int) -> None:
    """So many requests, made ready before the first is sent."""
    from benchmarks import in_process, operations  # noqa: PLC0415  the settings come first

    operation = operations.OPERATIONS[name]
    in_process.send(operation.requests(cast, count), operation.status)


def _wal() -> float:
    row = fetch_row(WAL, [])
    assert row is not None
    return float(row[0])


def _written() -> Counter[tuple[str, str]]:
    """Rows so far, by table and by what was done: an update that every index has to hear of is
    named apart."""
    execute("SELECT pg_stat_force_next_flush()", [])
    counts: Counter[tuple[str, str]] = Counter()
    for table, inserted, updated, indexed, deleted in fetch_rows(WRITTEN, []):
        kinds = {"+": inserted, "~": updated - indexed, "~ with indexes": indexed, "-": deleted}
        counts.update({(table, kind): count for kind, count in kinds.items()})
    return counts


def _in_words(written: Counter[tuple[str, str]]) -> str:
    shares = {key: round(count / REQUESTS, 1) for key, count in written.items()}
    return ", ".join(
        f"`{table}` {kind}{share:g}" for (table, kind), share in sorted(shares.items()) if share
    )


def _each(times: Times) -> Counter[str]:
    """What each takes of a request, µs: the median, which others on the machine change least."""
    return Counter(
        {name: statistics.median(one) * len(one) / EXPLAINED for name, one in times.items()}
    )


def _print_times(times: Times, what: str) -> None:
    for name, spent in _each(times).most_common():
        print(f"{spent:7.0f} µs  {what}  {name}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure what PostgreSQL spends on a request.")
    parser.add_argument("--people", type=int, default=50_000, help="who came before")
    parser.add_argument("--statements", action="store_true", help="each statement and trigger, too")
    return parser.parse_args()


if __name__ == "__main__":
    main()
