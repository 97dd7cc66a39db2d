"""pgBackRest, configured as the guide says, brings the database back to a moment."""

import shutil
import subprocess
from pathlib import Path
from textwrap import indent

import pytest

from tests.clusters import USER, Cluster, cluster
from tests.drills.moved import ask, number
from tests.system import newest_postgresql
from tests.waiting import eventually

pytestmark = pytest.mark.xdist_group("server")

FILES = Path(__file__).parents[2] / "deploy" / "pgbackrest"
MAJOR = newest_postgresql()
"""Debian's own, which its pgBackRest knows."""

needed = pytest.mark.skipif(
    shutil.which("pgbackrest") is None or not MAJOR,
    reason="needs Debian's packages pgbackrest and postgresql",
)


def configure(server: Cluster) -> Path:
    """The configuration of the guide, with the paths of a cluster of one's own."""
    text = (FILES / "pgbackrest.conf").read_text()
    places = {
        "/var/lib/pgbackrest": f"{server.folder}/repository",
        "/var/lib/postgresql/18/main": f"{server.data}\npg1-user=postgres"
        f"\npg1-socket-path={server.folder}",
        "[loopin]": "\n".join(
            [*(f"{kind}-path={server.folder}" for kind in ("lock", "log", "spool")), "[loopin]"]
        ),
    }
    for documented, place in places.items():
        assert documented in text
        text = text.replace(documented, place)
    path = server.folder / "pgbackrest.conf"
    path.write_text(text)
    if USER:
        shutil.chown(path, USER, USER)
    return path


def archive(configuration: Path) -> list[str]:
    """The lines of archive.conf, for that configuration."""
    text = (FILES / "archive.conf").read_text()
    assert "'pgbackrest --stanza" in text
    return text.replace("pgbackrest --", f"pgbackrest --config={configuration} --").splitlines()


@pytest.mark.parametrize("name", ["pgbackrest.conf", "archive.conf"])
def test_the_guide_shows_the_files(name):
    text = (FILES / name).read_text().rstrip()
    guide = (FILES.parents[1] / "docs" / "backups.md").read_text()
    assert indent(text, "   ") in guide


@needed
def test_the_database_comes_back_as_it_was_at_a_moment():
    with cluster(MAJOR, is_empty=True) as server:
        configuration = configure(server)

        def pgbackrest(*words):
            command = ["pgbackrest", f"--config={configuration}", "--stanza=loopin", *words]
            result = subprocess.run(
                command, user=USER, cwd=server.folder, capture_output=True, text=True, check=False
            )
            assert result.returncode == 0, result.stdout + result.stderr
            return result.stdout

        server.create(*archive(configuration))
        server.start()
        server.create_database()
        pgbackrest("stanza-create")
        pgbackrest("check")
        ask(server, "CREATE TABLE kept (id int)")
        pgbackrest("--type=full", "backup")
        ask(server, "SELECT pg_sleep(1.1)")  # it looks for a backup of an earlier second
        ask(server, "INSERT INTO kept SELECT generate_series(1, 100)")
        [(moment,)] = ask(server, "SELECT now()::text")
        ask(server, "DELETE FROM kept")
        ask(server, "SELECT pg_switch_wal()")
        eventually(lambda: number(server, "SELECT archived_count FROM pg_stat_archiver") >= 3)
        server.stop()
        pgbackrest("--type=time", f"--target={moment}", "--target-action=promote", "restore")
        server.start()
        eventually(lambda: not ask(server, "SELECT pg_is_in_recovery()")[0][0])
        assert number(server, "SELECT count(*) FROM kept") == 100
