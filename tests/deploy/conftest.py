from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.deploy.clusters import embedded_programs, running_cluster
from tests.deploy.site import Site


@pytest.fixture(scope="session")
def site_on(tmp_path_factory) -> Callable[[Path], AbstractContextManager[Site]]:
    """`with site_on(programs) as site:` a cluster of these programs, with the roles and tables."""

    @contextmanager
    def run(programs: Path) -> Iterator[Site]:
        psql = str(embedded_programs(18) / "psql")
        with running_cluster(programs) as socket:
            site = Site(tmp_path_factory.mktemp("site"), socket=socket, name="loopin", psql=psql)
            made = site.create_roles()
            assert made.returncode == 0, made.stderr
            site.migrate()
            try:
                yield site
            finally:
                site.stop()

    return run
