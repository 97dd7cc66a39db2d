"""docs/dependencies.md gives a reason for every dependency, and for none that is not there."""

import re
import tomllib

from tests.docs.markdown import read, rows

PROJECT = tomllib.loads(read("pyproject.toml"))


def test_every_dependency_has_its_reason():
    wanted = PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]
    names = [re.match(r"[\w-]+", requirement)[0] for requirement in wanted]
    reasons = dict(rows(read("docs/dependencies.md"), "Package"))
    assert list(reasons) == names
    assert all(reasons.values())
