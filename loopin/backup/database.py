"""The database: what is in it, written to a file and read from one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from loopin.backup import programs
from loopin.sql import execute, fetch_row, fetch_rows

LOCK_WAIT = "60s"
"""How long a backup waits for a migration that holds a table."""

TABLES = """
SELECT oid::regclass::text FROM pg_class
WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace ORDER BY 1
"""

THINGS = """
SELECT format('DROP TABLE IF EXISTS %%s CASCADE', oid::regclass) FROM pg_class
WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace
UNION ALL
SELECT format('DROP SEQUENCE IF EXISTS %%s CASCADE', oid::regclass) FROM pg_class
WHERE relkind = 'S' AND relnamespace = current_schema()::regnamespace
UNION ALL
SELECT format('DROP ROUTINE IF EXISTS %%s CASCADE', routine.oid::regprocedure)
FROM pg_proc AS routine WHERE pronamespace = current_schema()::regnamespace AND NOT EXISTS (
    SELECT FROM pg_depend
    WHERE classid = 'pg_proc'::regclass AND objid = routine.oid AND deptype = 'e')
"""
"""What our migrations make; extensions and what belongs to them stay."""

OTHER_CONNECTIONS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename IS NOT NULL
"""
"""Those of other roles too, of which a plain role sees little else. Autovacuum has no user."""


@dataclass(frozen=True)
class Snapshot:
    """One moment of the database: the name by which others see it, too, when it was, of which
    server and schema, and how many rows each table has."""

    name: str
    taken_at: datetime
    server_major: int
    schema: str
    rows: dict[str, int]


@contextmanager
def snapshot() -> Iterator[Snapshot]:
    """Hold one moment of the database while the block runs; its statements see that moment.

    Nobody waits for it; only vacuum keeps what was deleted since.
    """
    with transaction.atomic():
        execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", [])
        _lift_limits()
        found = fetch_row("SELECT pg_export_snapshot(), now()", [])
        assert found is not None  # noqa: S101  a SELECT without FROM has one row
        yield Snapshot(found[0], found[1], server_major(), schema(), count_rows())


def count_rows() -> dict[str, int]:
    """How many rows each table has, partitions each by itself."""
    tables = [name for (name,) in fetch_rows(TABLES, [])]
    if not tables:
        return {}
    counts = ", ".join(f"(SELECT count(*) FROM {table})" for table in tables)  # noqa: S608  of the catalogue
    return dict(zip(tables, fetch_row(f"SELECT {counts}", []) or (), strict=True))


def dump(path: Path, moment: Snapshot, *, lock: int) -> int:
    """Write what a snapshot sees into a file, in pg_dump's custom format; the program's version.

    `lock`: a descriptor that stays open while the program lives. Raises ProgramMissing and
    ProgramFailed.
    """
    program = programs.find("pg_dump", at_least=moment.server_major)
    words = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={moment.name}"]
    words += [f"--schema={moment.schema}", f"--lock-wait-timeout={LOCK_WAIT}", f"--file={path}"]
    programs.run(program, words, keep_open=lock)
    return program.major


def load(path: Path, program: programs.Program) -> None:
    """Read a file of `dump` into the empty database: all of it or nothing. Raises ProgramFailed."""
    words = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    # The schema itself and extensions are there already, and are not ours to make.
    programs.run(program, [*words, f"--schema={schema()}", str(path)])
    _count_values()


@transaction.atomic
def _count_values() -> None:
    """Statistics are in no dump, and plans without them are of an empty table."""
    _lift_limits()
    execute("ANALYZE", [])


@transaction.atomic
def empty() -> None:
    """Drop every table, sequence and function. Extensions and other schemas stay."""
    _lift_limits()
    for (statement,) in fetch_rows(THINGS, []):
        execute(statement, [])


def is_used_by_others() -> bool:
    """Whether anybody else is connected to this database."""
    found = fetch_row(OTHER_CONNECTIONS, [])
    return bool(found and found[0])


def server_major() -> int:
    """The server's major version."""
    found = fetch_row("SELECT current_setting('server_version_num')::int / 10000", [])
    return int(found[0]) if found else 0


def schema() -> str:
    """The schema in which our tables are."""
    found = fetch_row("SELECT current_schema()", [])
    return str(found[0]) if found else ""


def _lift_limits() -> None:
    """Those of requests, for this transaction: a program works while it stands still."""
    for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
        execute("SELECT set_config(%s, '0', TRUE)", [limit])
