"""docs/dependencies.md gives a reason for every dependency, and for none that is not there."""

import json
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


def test_every_npm_package_has_its_reason_and_an_exact_version():
    wanted = json.loads(read("tests/clients/package.json"))["devDependencies"]
    reasons = dict(rows(read("docs/dependencies.md"), "npm package"))
    assert list(reasons) == list(wanted)
    assert all(reasons.values())
    assert [version for version in wanted.values() if not re.fullmatch(r"[\d.]+", version)] == []


def test_the_lock_of_the_npm_packages_names_no_host_and_pins_contents():
    locked = json.loads(read("tests/clients/package-lock.json"))["packages"]
    assert [name for name, package in locked.items() if "resolved" in package] == []
    assert [name for name, package in locked.items() if name and "integrity" not in package] == []
