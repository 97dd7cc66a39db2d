"""Finds PostgreSQL's own programs, and runs them on the site's database."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from psycopg import pq
from psycopg.conninfo import make_conninfo

from loopin import embedded
from loopin.logs.redaction import redact

INSTALLED_IN = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "usr/local/pgsql*/bin")
"""Folders of Debian, Red Hat and those who compile, from the root on. They hold several versions
beside each other, of which only one is on the PATH."""

VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
SECRET_WORDS = {"password", "sslpassword"}
OURS = {"client_encoding"}
"""Django's own word, which pg_dump takes for the encoding of the dump."""


class ProgramMissing(Exception):
    """No program of the name is new enough. The message says what to install."""


class ProgramFailed(Exception):
    """The program ended with an error, which the message tells."""


@dataclass(frozen=True)
class Program:
    """A program of PostgreSQL, and its major version."""

    path: Path
    major: int


def find(name: str, *, at_least: int) -> Program:
    """The oldest program of this name that is no older than the major version `at_least`.

    Raises ProgramMissing. The oldest, because a file of a later one asks for a later server.
    """
    found = {program.major: program for program in _programs(name)}
    fitting = [major for major in found if major >= at_least]
    if not fitting:
        there = f"{name} {max(found)} is too old" if found else f"{name} is missing"
        raise ProgramMissing(
            f"{there}: PostgreSQL {at_least} needs its own or a later one. Install"
            f" postgresql-client-{at_least} (Debian, Ubuntu; from PostgreSQL's own repository if"
            f" yours has none), or put the folder of {name} on the PATH."
        )
    return found[min(fitting)]


def run(program: Program, arguments: Sequence[str], *, keep_open: int | None = None) -> None:
    """Run a program on the site's database; files that it makes are for the owner only.

    `keep_open`: a lock's descriptor, so that the lock holds for as long as the program lives. The
    password is in the environment, because everybody on the machine can read the list of processes.
    Raises ProgramFailed.
    """
    conninfo, password = _address()
    result = subprocess.run(  # noqa: S603  no shell
        [str(program.path), *arguments, f"--dbname={conninfo}"],
        env=os.environ | ({"PGPASSWORD": password} if password else {}),
        pass_fds=() if keep_open is None else (keep_open,),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        umask=0o077,
        check=False,
    )
    if result.returncode:
        raise ProgramFailed(_reason(program, result))


def _programs(name: str) -> Iterator[Program]:
    for folder in _folders():
        path = shutil.which(name, path=str(folder))
        # Debian's wrapper picks a version of its own accord, another one each time.
        if path is None or Path(path).resolve().name == "pg_wrapper":
            continue
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
        if version := VERSION.search(said.stdout):
            yield Program(Path(path), int(version[1]))


def _folders() -> list[Path]:
    if connection.settings_dict["ENGINE"] == "loopin.embedded":
        return [embedded.programs_folder()]
    others = [folder for pattern in INSTALLED_IN for folder in Path("/").glob(pattern)]
    return [*map(Path, os.environ.get("PATH", os.defpath).split(os.pathsep)), *others]


def _address() -> tuple[str, str]:
    """What libpq is told of the server, and the password apart from it.

    Raises ProgramMissing where a secret could only be told on the command line.
    """
    parts = connection.get_connection_params()
    if parts.get("sslpassword"):
        raise ProgramMissing(
            "DATABASE_URL has sslpassword, which the list of processes would show. Give the command"
            " a DATABASE_URL with an sslkey without a password."
        )
    words = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    told = {name: value for name, value in parts.items() if name in words - SECRET_WORDS - OURS}
    return make_conninfo(**told), str(parts.get("password") or "")


def _reason(program: Program, result: subprocess.CompletedProcess[str]) -> str:
    """What the program said went wrong, without the rows that it may quote."""
    if result.returncode < 0:
        return f"{program.path.name} was ended by signal {-result.returncode}"
    lines = [line for line in result.stderr.splitlines() if "error:" in line.lower()]
    return redact(lines[0] if lines else f"{program.path.name}: status {result.returncode}")


def is_pooled() -> bool:
    """Whether the address is that of PgBouncer, according to DB_POOLED."""
    return bool(connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"])
