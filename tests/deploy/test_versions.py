"""The product on each version of PostgreSQL that the guide names.

On 18 it runs in all other tests, with the two roles in `test_roles.py`, and on 16 before it
moves to 18 (tests/drills/test_moving.py).
"""

import re

import pytest

from tests.cast import ALICE, PROFILE
from tests.deploy.versions import EMBEDDED, FROM_NPM
from tests.docs.markdown import read

pytestmark = pytest.mark.xdist_group("deploy")


@pytest.mark.parametrize("version", FROM_NPM)
def test_the_product_runs_on(version, site_on):
    """Migrated from nothing, a sign-up by the API, the desk, and a webhook from the worker."""
    with site_on(version) as site:
        with site.connect() as connection:
            assert connection.info.server_version // 10_000 == version
        site.migrate()
        site.serve()
        receiver = site.listen()
        site.sign_up(ALICE, PROFILE)
        assert "Souza" in site.desk()
        site.wait_for_webhook(receiver, "lead.verified")
        assert "Traceback" not in site.live.log_path.read_text()


def test_the_guide_names_the_versions():
    [(first, last)] = re.findall(
        r"PostgreSQL (\d+) to (\d+); the tests run", read("docs/deployment.md")
    )
    assert list(range(int(first), int(last) + 1)) == sorted(EMBEDDED + FROM_NPM)
