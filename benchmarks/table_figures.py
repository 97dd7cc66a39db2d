"""What PostgreSQL says of its tables and indexes, its WAL and its processor time."""

import time
from dataclasses import dataclass

import psutil

from loopin.sql import fetch_row, fetch_rows

TABLES = """
SELECT relname, n_live_tup, n_dead_tup, n_tup_ins, n_tup_upd, n_tup_hot_upd, n_tup_del,
       autovacuum_count, pg_table_size(relid), pg_indexes_size(relid)
FROM pg_stat_user_tables WHERE n_tup_ins + n_tup_upd >= %s
ORDER BY pg_total_relation_size(relid) DESC
"""

INDEXES = """
SELECT relname, indexrelname, used.idx_scan, pg_relation_size(indexrelid)
FROM pg_stat_user_indexes AS used JOIN pg_stat_user_tables USING (relid, relname)
WHERE n_tup_ins + n_tup_upd >= %s
ORDER BY relname, pg_relation_size(indexrelid) DESC
"""

TABLE_HEAD = (
    "| table | rows | dead | updates | HOT | autovacuum | table bytes a person"
    " | index bytes a person | MiB |"
)
INDEX_HEAD = "| table | index | reads | bytes a person |"
FEW = 0.1
"""A table with fewer writes than this for each person is left out."""


@dataclass(frozen=True)
class Usage:
    """What was used up to a moment. `wal`: bytes. `pages`: those that the WAL has whole. CPU in
    seconds, of this process and of PostgreSQL."""

    wal: int
    pages: int
    own_cpu: float
    database_cpu: float
    at: float


def usage(database_pid: int) -> Usage:
    row = fetch_row("SELECT pg_current_wal_lsn() - '0/0', wal_fpi FROM pg_stat_wal", [])
    assert row is not None
    cpu = _database_cpu(psutil.Process(database_pid))
    return Usage(int(row[0]), int(row[1]), time.process_time(), cpu, time.monotonic())


def _database_cpu(server: psutil.Process) -> float:
    """Of its living processes, and of those that it has waited for."""
    own = server.cpu_times()
    used = own.user + own.system + own.children_user + own.children_system
    for process in server.children():
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        used += times.user + times.system
    return used


def cost(before: Usage, after: Usage, people: int) -> str:
    """In words, for one person."""
    size = fetch_row("SELECT pg_database_size(current_database())", [])
    assert size is not None
    return (
        f"{people} people in {after.at - before.at:.0f} s. Each:"
        f" {(after.wal - before.wal) / people:.0f} bytes of WAL"
        f" with {(after.pages - before.pages) / people:.2f} whole pages,"
        f" {(after.own_cpu - before.own_cpu) / people * 1e3:.2f} ms CPU of the product,"
        f" {(after.database_cpu - before.database_cpu) / people * 1e3:.2f} ms of PostgreSQL."
        f" The database has {size[0] >> 20} MiB."
    )


def tables(people: int) -> str:
    """The tables that a sign-up writes, as a Markdown table, the largest first."""
    rows = [TABLE_HEAD, "| --- |" + " ---: |" * 8]
    total = [0, 0]
    for name, *counts in fetch_rows(TABLES, [people * FEW]):
        live, dead, _, updates, hot, _, vacuums, table, index = counts
        share = f"{hot / updates:.0%}" if updates else "–"
        total = [total[0] + table, total[1] + index]
        cells = [name, live, dead, updates, share, vacuums, *_bytes(table, index, people)]
        rows.append(f"| {' | '.join(str(cell) for cell in cells)} |")
    cells = ["all", "", "", "", "", "", *_bytes(*total, people)]
    return "\n".join([*rows, f"| {' | '.join(str(cell) for cell in cells)} |"])


def _bytes(table: int, index: int, people: int) -> tuple[str, str, str]:
    return f"{table / people:.0f}", f"{index / people:.0f}", f"{(table + index) / 2**20:.1f}"


def indexes(people: int) -> str:
    """The indexes of these tables."""
    found = [
        f"| {table} | {index} | {reads} | {size / people:.0f} |"
        for table, index, reads, size in fetch_rows(INDEXES, [people * FEW])
    ]
    return "\n".join([INDEX_HEAD, "| --- | --- | ---: | ---: |", *found])
