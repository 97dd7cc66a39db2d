"""Counts what a request of each candidate asks of PostgreSQL, and what that reads and writes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks import wire
from benchmarks.peers.candidates import Candidate
from benchmarks.peers.databases import Databases
from benchmarks.peers.folders import SCRATCH
from benchmarks.peers.results import Counted, Result
from benchmarks.peers.rounds import Turn, begin
from benchmarks.peers.running import running

COUNTED = 100
"""Requests one after the other; what is written is more steady over many."""

WARM_UP = 60
SECONDS = 60
OPERATIONS = ("code", "verify", "profile", "list")
REPORTED_SECONDS = 11
"""After ten idle seconds a process of PostgreSQL has told what it counted."""

USED = """
SELECT pg_current_wal_insert_lsn() - '0/0', blks_hit + blks_read,
       tup_inserted + tup_updated + tup_deleted
FROM pg_stat_database WHERE datname = '{name}'
"""

UNDISTURBED = {"autovacuum": "off", "full_page_writes": "off"}
"""The first change of a page after a checkpoint writes it whole, which tells when that was."""


@dataclass(frozen=True)
class Used:
    """So far: bytes of the WAL, pages looked at, rows written."""

    wal: int
    pages: int
    rows: int


def count(candidate: Candidate, databases: Databases, result: Result) -> None:
    """Add to the result what is counted, through a socket before the database's."""
    begin(candidate, databases)
    turn = Turn(candidate)
    with (
        _undisturbed(databases),
        wire.counted(SCRATCH / "socket", databases.socket_folder) as between,
        running(candidate, str(between.folder), databases.pid),
    ):
        for operation in OPERATIONS:
            if operation == "profile":
                turn.complete_profiles()
            turn.run(operation, SECONDS, only=WARM_UP + (COUNTED if operation == "code" else 0))
        for operation in OPERATIONS:
            result.counted[operation] = _count(turn, operation, between, databases)


def _count(turn: Turn, operation: str, between: wire.Wire, databases: Databases) -> Counted:
    before = _used(turn.candidate, databases)
    between.take()
    done = turn.run(operation, SECONDS, only=COUNTED)
    traffic = between.take()
    after = _used(turn.candidate, databases)
    turn.check(operation, done)
    return Counted(
        trips=round(traffic.trips / COUNTED, 2),
        statements=round(len(traffic.statements) / COUNTED, 2),
        pages=round((after.pages - before.pages) / COUNTED),
        rows=round((after.rows - before.rows) / COUNTED, 1),
        wal=round((after.wal - before.wal) / COUNTED),
    )


def _used(candidate: Candidate, databases: Databases) -> Used:
    time.sleep(REPORTED_SECONDS)
    return Used(*databases.run(USED.format(name=candidate.database))[0])


@contextmanager
def _undisturbed(databases: Databases) -> Iterator[None]:
    """Nothing is written but what requests write."""
    for name, value in UNDISTURBED.items():
        databases.run(f"ALTER SYSTEM SET {name} = {value}")
    databases.run("SELECT pg_reload_conf()")
    try:
        yield
    finally:
        for name in UNDISTURBED:
            databases.run(f"ALTER SYSTEM RESET {name}")
        databases.run("SELECT pg_reload_conf()")
