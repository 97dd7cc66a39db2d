"""The databases of the candidates in one PostgreSQL, each filled once and copied for each run."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.peers import rows
from benchmarks.peers.candidates import Candidate
from benchmarks.peers.folders import APPS, PYTHON, SCRATCH
from benchmarks.peers.software import NODE
from benchmarks.site import ROOT, database

SETTINGS = {
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
    "max_connections": "300",
}
"""Those of a server of its own; `fsync` and `synchronous_commit` are on, as they are by default."""


MANY_PEOPLE = ROOT / "benchmarks" / "many_people.py"


class Databases:
    """`socket_folder` and `pid` are of the server, which all candidates use."""

    def __init__(self, url: str, pid: int, people: int) -> None:
        self.socket_folder = url.partition("host=")[2]
        self.pid = pid
        self._people = people

    def prepare(self, candidate: Candidate) -> None:
        """Give it a copy of its filled database, which is made unless it is there."""
        self._clear_log(candidate)
        filled = f"{candidate.database}_{self._fingerprint(candidate)}"
        if not self._exists(filled):
            for name in self._others(candidate.database):
                self.run(f'DROP DATABASE "{name}" WITH (FORCE)')
            self._make(candidate)
            self._rename(candidate.database, filled)
        self.run(f"DROP DATABASE IF EXISTS {candidate.database} WITH (FORCE)")
        copy = f"CREATE DATABASE {candidate.database} TEMPLATE {filled} STRATEGY file_copy"
        self.run(copy)
        self.run("VACUUM ANALYZE", candidate.database)

    def run(self, sql: str, name: str = "postgres") -> list[tuple[Any, ...]]:
        """A statement by itself, outside a transaction."""
        with psycopg.connect(self.url_of(name), autocommit=True) as connection:
            found = connection.execute(sql)
            return list(found) if found.description else []

    def url_of(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self.socket_folder}"

    def _clear_log(self, candidate: Candidate) -> None:
        if candidate.is_ours:
            (candidate.log.parent / "static").mkdir(parents=True, exist_ok=True)
            candidate.log.write_text("")

    def _fingerprint(self, candidate: Candidate) -> str:
        """Changes with the tables and the number of people."""
        patterns = ("*/migrations/*.py", "*.sql", "people/models.py", "package-lock.json")
        files = sorted(p for pattern in patterns for p in candidate.folder.glob(pattern))
        files += [APPS / "peer_interests.py", Path(rows.__file__), MANY_PEOPLE]
        contents = [path.read_bytes() for path in files]
        digest = hashlib.sha256(b"".join([*contents, str(self._people).encode()]))
        return digest.hexdigest()[:8]

    def _exists(self, name: str) -> bool:
        return bool(self.run(f"SELECT FROM pg_database WHERE datname = '{name}'"))

    def _others(self, name: str) -> list[str]:
        """What was filled for other tables, or with other numbers of people."""
        pattern = f"^{name}_[0-9a-f]{{8}}$"
        found = self.run(f"SELECT datname FROM pg_database WHERE datname ~ '{pattern}'")
        return [row[0] for row in found]

    def _rename(self, name: str, filled: str) -> None:
        self.run(f"ALTER DATABASE {name} RENAME TO {filled}")

    def _make(self, candidate: Candidate) -> None:
        self.run(f"DROP DATABASE IF EXISTS {candidate.database} WITH (FORCE)")
        self.run(f"CREATE DATABASE {candidate.database}")
        environment = os.environ | candidate.settings(self.socket_folder)
        for command in _commands(candidate, self._people):
            subprocess.run(command, cwd=candidate.folder, env=environment, check=True)
        if candidate.is_ours:
            return
        with psycopg.connect(self.url_of(candidate.database)) as connection:
            if candidate.database == "bare_wsgi":
                connection.execute((candidate.folder / "schema.sql").read_bytes())
            for sql in rows.PEOPLE[candidate.database]:
                connection.execute(sql, {"people": self._people})
            _fill_interests(connection, candidate.database)


def _commands(candidate: Candidate, people: int) -> list[list[str]]:
    """What makes the tables, each in a process of its own."""
    if candidate.is_ours:
        program = rows.FILL_OURS.format(path=str(MANY_PEOPLE), people=people)
        fill = [sys.executable, "-c", program]
        return [[sys.executable, "manage.py", "migrate", "--verbosity", "0"], fill]
    if candidate.database == "better_auth":
        return [[str(NODE), "server.mjs", "migrate"]]
    if candidate.database == "bare_wsgi":
        return []
    words = ["-m", "django", "migrate", "--run-syncdb", "--skip-checks", "-v0"]
    return [[str(PYTHON / "bin" / "python"), *words]]


def _fill_interests(connection: psycopg.Connection[Any], name: str) -> None:
    table, times = rows.TABLE_OF_INTERESTS[name], rows.TIMES_OF_INTERESTS.get(name, "")
    now = ", now()" * times.count(",")
    sql = f"INSERT INTO {table} (name, description, is_active{times}) VALUES (%s, %s, true{now})"
    for interest in rows.INTERESTS:
        described = f"{interest}: live events, meetings and activities near you"
        connection.execute(sql, [interest, described])


@contextmanager
def databases(people: int) -> Iterator[Databases]:
    """The server, with settings that a start before has written."""
    SCRATCH.mkdir(parents=True, exist_ok=True)
    if not (SCRATCH / "postgres").exists():
        with database(SCRATCH) as (url, pid):
            first = Databases(url, pid, people)
            for name, value in SETTINGS.items():
                first.run(f"ALTER SYSTEM SET {name} = '{value}'")
    with database(SCRATCH) as (url, pid):
        yield Databases(url, pid, people)
