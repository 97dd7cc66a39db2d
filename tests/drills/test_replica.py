"""A desk that reads from a replica never shows less than before, whatever the replica does."""

import pytest

from tests.clusters import Cluster, cluster
from tests.drills.moved import ASHA, BINA, CHITRA, DIYA, ask, number, see
from tests.drills.product import product
from tests.waiting import eventually

pytestmark = pytest.mark.xdist_group("server")

READS = """
SELECT coalesce(seq_scan, 0) + coalesce(idx_scan, 0)
FROM pg_stat_user_tables WHERE relname = 'leads_lead'
"""


def copy(primary: Cluster, replica: Cluster) -> None:
    host = ["--host", str(primary.folder), "--username=postgres", "--checkpoint=fast"]
    replica.run("pg_basebackup", *host, f"--pgdata={replica.data}", "--write-recovery-conf")
    replica.start()


@pytest.fixture
def replicated(tmp_path):
    """A product on a primary, and its replica."""
    with cluster() as primary, cluster(is_empty=True) as replica:
        copy(primary, replica)
        variables = {"DATABASE_REPLICA_URL": replica.url}
        with product(primary, tmp_path, variables=variables) as made:
            made.begin("https://receiver.example/hook")
            yield made, replica


def is_read_from_again(replica, desk, visitor, before):
    """A busy machine may be late once, and then the replica is left alone for seconds."""

    def is_read():
        desk.etag = ""
        return desk.poll(visitor.site).ok and number(replica, READS) > before

    eventually(is_read, every=0.5, failure="the replica is not read from")


def test_the_desk_reads_from_a_replica_and_never_goes_back(replicated):
    product, replica = replicated
    visitor = product.serve()
    visitor.sign_up(ASHA)
    desk = visitor.open_desk()

    see(desk, visitor, product.cluster, ASHA)
    is_read_from_again(replica, desk, visitor, before=0)

    ask(replica, "SELECT pg_wal_replay_pause()")
    visitor.sign_up(BINA)
    see(desk, visitor, product.cluster, BINA)

    assert "it is behind" in product.manage("doctor", "--only", "replica", status=1)

    replica.stop("immediate")
    assert "does not answer" in product.manage("doctor", "--only", "replica", status=1)
    visitor.sign_up(CHITRA)
    see(desk, visitor, product.cluster, CHITRA)

    replica.start()
    before = number(replica, READS)

    is_read_from_again(replica, desk, visitor, before)

    ask(replica, "SELECT pg_promote()")
    visitor.sign_up(DIYA)
    see(desk, visitor, product.cluster, DIYA)
    log = (product.folder / "serve.log").read_text()
    assert "The replica is not read from: it is behind. The primary answers" in log
    assert "The replica has caught up, and is read from" in log


def test_a_server_that_is_no_copy_is_not_read_from(tmp_path):
    """It is a standby too, of another site; its positions say nothing."""
    with cluster() as primary, cluster() as stranger, cluster(is_empty=True) as replica:
        copy(stranger, replica)
        variables = {"DATABASE_REPLICA_URL": replica.url}
        with product(primary, tmp_path, variables=variables) as made:
            made.begin("https://receiver.example/hook")
            visitor = made.serve()
            visitor.sign_up(ASHA)
            see(visitor.open_desk(), visitor, primary, ASHA)
            log = (made.folder / "serve.log").read_text()
    assert "The replica is not read from: it is not known for a copy of this database" in log
