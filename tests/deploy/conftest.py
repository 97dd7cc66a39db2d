import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.deploy import debian
from tests.deploy.clusters import embedded_programs, running_cluster
from tests.deploy.deployed import Deployed
from tests.deploy.site import Site

SiteOn = Callable[..., AbstractContextManager[Site]]


@pytest.fixture(scope="session")
def site_on(tmp_path_factory) -> SiteOn:
    """`with site_on(programs) as site:` a cluster of these programs, and in it the two roles."""

    @contextmanager
    def run(programs: Path, kind: type[Site] = Site) -> Iterator[Site]:
        psql = str(embedded_programs(18) / "psql")
        with running_cluster(programs) as socket:
            site = kind(tmp_path_factory.mktemp("site"), socket=socket, name="loopin", psql=psql)
            made = site.create_roles()
            assert made.returncode == 0, made.stderr
            try:
                yield site
            finally:
                site.stop()

    return run


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
    with site_on(embedded_programs(18), Deployed) as site:
        yield site


@pytest.fixture
def deployed(_deployed: Deployed, sms) -> Iterator[Deployed]:
    """For `deployed.deploy(…)`: what a kit runs, on a server with the two roles."""
    yield _deployed
    _deployed.stop()
