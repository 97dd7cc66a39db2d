"""The runtime role may make a backup; the owner brings it back, and lets the runtime role in."""

import os

import pytest

from tests.clusters import programs
from tests.deploy.site import Site

pytestmark = pytest.mark.xdist_group("deploy")

PROGRAMS = programs()
PATH = f"{PROGRAMS}:{os.environ['PATH']}"


def test_a_backup_comes_back_with_the_two_roles(site, tmp_path):
    done = site.manage("backup", str(tmp_path), PATH=PATH)
    assert done.returncode == 0, done.stderr
    [backup] = tmp_path.glob("loopin-*")
    (tmp_path / "another").mkdir()
    another = Site(
        tmp_path / "another", socket=site.socket, name="restored", psql=str(PROGRAMS / "psql")
    )
    assert another.create_roles().returncode == 0
    owner = another.address(another.owner)
    done = another.manage("restore", str(backup), PATH=PATH, MIGRATION_DATABASE_URL=owner)
    assert done.returncode == 0, done.stderr
    done = another.manage("backup", "--record-only")
    assert done.returncode == 0, done.stderr
    warned = another.manage("check", "--deploy", "--database=default", "--tag=database")
    assert "loopin.W010" not in warned.stderr
