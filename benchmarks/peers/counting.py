"""Counts what a request of each candidate asks of PostgreSQL, and what that writes."""

from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks import wire
from benchmarks.peers.candidates import Candidate
from benchmarks.peers.databases import Databases
from benchmarks.peers.folders import SCRATCH
from benchmarks.peers.results import Counted, Result
from benchmarks.peers.rounds import Turn, begin
from benchmarks.peers.running import running

COUNTED = 100
"""Requests one after the other; bytes of the WAL are more steady over many."""

WARM_UP = 60
SECONDS = 60
OPERATIONS = ("code", "verify", "profile", "list")


def count(candidate: Candidate, databases: Databases, result: Result) -> None:
    """Add to the result what is counted, through a socket before the database's."""
    begin(candidate, databases)
    turn = Turn(candidate)
    with (
        _no_whole_pages(databases),
        wire.counted(SCRATCH / "socket", databases.socket_folder) as between,
        running(candidate, str(between.folder), databases.pid),
    ):
        turn.run("code", SECONDS, only=2 * WARM_UP + COUNTED)
        for operation in OPERATIONS:
            if operation == "profile":
                turn.complete_profiles()
            turn.run(operation, SECONDS, only=WARM_UP)
            result.counted[operation] = _count(turn, operation, between, databases)


def _count(turn: Turn, operation: str, between: wire.Wire, databases: Databases) -> Counted:
    between.take()
    before = _written(databases)
    done = turn.run(operation, SECONDS, only=COUNTED)
    written = _written(databases) - before
    traffic = between.take()
    turn.check(operation, done)
    return Counted(
        round(traffic.trips / COUNTED, 2),
        round(len(traffic.statements) / COUNTED, 2),
        round(written / COUNTED),
    )


@contextmanager
def _no_whole_pages(databases: Databases) -> Iterator[None]:
    """The first change of a page after a checkpoint writes it whole, which says when that was."""
    _configure(databases, "SET full_page_writes = off")
    try:
        yield
    finally:
        _configure(databases, "RESET full_page_writes")


def _configure(databases: Databases, change: str) -> None:
    databases.run(f"ALTER SYSTEM {change}")
    databases.run("SELECT pg_reload_conf()")


def _written(databases: Databases) -> int:
    """Bytes of the WAL so far."""
    return int(databases.run("SELECT pg_current_wal_insert_lsn() - '0/0'")[0][0])
