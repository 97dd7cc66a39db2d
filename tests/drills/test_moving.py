"""The same product on another server: restored from a backup, promoted, upgraded."""

import os
import signal

import psycopg
import pytest

from tests import receiver as receivers
from tests.clusters import NEW, OLD, cluster
from tests.drills import moved
from tests.drills.moved import ask, number
from tests.drills.product import product
from tests.waiting import eventually

pytestmark = pytest.mark.xdist_group("server")

NEXT_TRANSACTION = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
HAS_REPLAYED = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn"


@pytest.fixture
def receiver():
    with receivers.running() as receiver:
        yield receiver


def kill_a_backup(source, target):
    """Begin a backup, and kill it with all that it started."""
    source.start("backup", str(target))
    eventually(lambda: list(target.glob(".unfinished-*")))
    os.killpg(source.running["backup"].pid, signal.SIGKILL)
    source.running.pop("backup").wait()


def test_a_restored_backup_is_the_same_product(receiver, tmp_path):
    """The other server is of a later version, and counts its transactions from the beginning."""
    with cluster(OLD) as here, cluster(NEW) as there:
        with product(here, tmp_path / "here") as source:
            source.begin(receiver.url)
            life = moved.live(source, receiver)
            kill_a_backup(source, tmp_path / "backups")
            source.manage("backup", str(tmp_path / "backups"))
        [backup] = (tmp_path / "backups").glob("loopin-*")
        with product(there, tmp_path / "there") as restored:
            restored.manage("restore", str(backup))
            restored.manage("migrate", "-v0")
            assert number(there, NEXT_TRANSACTION) < number(here, NEXT_TRANSACTION)
            moved.goes_on(restored, life, receiver)


def test_a_promoted_replica_is_the_same_product(receiver, tmp_path):
    """The primary dies; the pictures are where they were."""
    with cluster() as here, cluster(is_empty=True) as there:
        with product(here, tmp_path) as source:
            source.begin(receiver.url)
            host = ["--host", str(here.folder), "--username=postgres", "--checkpoint=fast"]
            there.run("pg_basebackup", *host, f"--pgdata={there.data}", "--write-recovery-conf")
            there.start()
            life = moved.live(source, receiver)
        [(written,)] = ask(here, "SELECT pg_current_wal_insert_lsn()::text")
        eventually(lambda: ask(there, HAS_REPLAYED, [written])[0][0])
        here.stop("immediate")
        with pytest.raises(psycopg.Error) as refused:
            ask(there, "SELECT leads_look_at_events()")
        assert "on the primary" in (refused.value.diag.message_hint or "")
        ask(there, "SELECT pg_promote()")
        with product(there, tmp_path) as promoted:
            moved.goes_on(promoted, life, receiver)


def test_an_upgraded_cluster_is_the_same_product(receiver, tmp_path):
    """pg_upgrade takes the files of the old version over."""
    with cluster(OLD) as here, cluster(NEW, is_empty=True) as there:
        with product(here, tmp_path) as source:
            source.begin(receiver.url)
            life = moved.live(source, receiver)
        here.stop()
        there.create()
        words = ["--old-bindir", str(here.programs), "--old-datadir", str(here.data)]
        words += ["--new-datadir", str(there.data), "--socketdir", str(there.folder)]
        there.run("pg_upgrade", *words, "--username=postgres")
        there.start()
        with product(there, tmp_path) as upgraded:
            moved.goes_on(upgraded, life, receiver)
