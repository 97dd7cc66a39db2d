import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.clusters import NEW, cluster, programs
from tests.deploy import debian
from tests.deploy.deployed import Deployed
from tests.deploy.site import Site
from tests.deploy.versions import programs_of

SiteOn = Callable[..., AbstractContextManager[Site]]


@pytest.fixture(scope="session")
def site_on(tmp_path_factory) -> SiteOn:
    """`with site_on(version) as site:` a cluster of this version, and in it the two roles."""

    @contextmanager
    def run(version: int = NEW, kind: type[Site] = Site) -> Iterator[Site]:
        path = programs_of(version)
        if path is None:
            pytest.skip(f"there is no package of PostgreSQL {version} for this machine")
        psql, folder = str(programs() / "psql"), tmp_path_factory.mktemp("site")
        with cluster(version, is_empty=True, path=path) as server:
            server.create()
            server.start()
            site = kind(folder, socket=str(server.folder), name="loopin", psql=psql)
            made = site.create_roles()
            assert made.returncode == 0, made.stderr
            try:
                yield site
            finally:
                site.stop()

    return run


@pytest.fixture(scope="session")
def site(site_on) -> Iterator[Site]:
    """A migrated site with the two roles, for all tests that leave it as it is."""
    with site_on() as migrated:
        migrated.migrate()
        yield migrated


@pytest.fixture(scope="session")
def host(tmp_path_factory) -> Path:
    """A folder with what the script for Debian lays out."""
    folder = tmp_path_factory.mktemp("host")
    done = debian.lay_out(folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def release(host) -> Path:
    """The code as a host and the image have it, with its static files."""
    folder = debian.release_in(host)
    keys = {"SECRET_KEY": "s" * 50, "JWT_SECRET_KEY": "j" * 50, "MEDIA_ROOT": "/nonexistent"}
    production = {"ENVIRONMENT": "prod", "ENV_FILE": "", "DATABASE_URL": "postgresql:///none"}
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"]
    path = {"PATH": os.environ.get("PATH", os.defpath)}
    subprocess.run(command, cwd=folder, env=path | keys | production, check=True)
    return folder


@pytest.fixture(scope="session")
def _deployed(site_on) -> Iterator[Site]:
    with site_on(kind=Deployed) as site:
        yield site


@pytest.fixture
def deployed(_deployed: Deployed, sms) -> Iterator[Deployed]:
    """For `deployed.deploy(…)`: what a kit runs, on a server with the two roles."""
    yield _deployed
    _deployed.stop()
