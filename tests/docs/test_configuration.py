"""`.env.example` and the README list what loopin/environment.py reads, and tell the truth."""

import re
from typing import Any

import pytest
from annotated_types import Ge, Le

from loopin.environment import Environment
from tests.docs.markdown import ROOT, read, rows

FIELDS = Environment.model_fields
NOT_READ = {"TWILIO_VERIFY_SID"}


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch):
    for name in FIELDS:
        monkeypatch.delenv(name, raising=False)


def example() -> dict[str, str]:
    """Each variable of `.env.example` with the comment above it."""
    text = read(".env.example").split("\n\n", 1)[1]
    found = {}
    comment = ""
    for line in text.splitlines():
        match = re.fullmatch(r"(?:# )?([A-Z][A-Z0-9_]+)=.*", line)
        if match:
            found[match[1]] = comment
        elif line.startswith("# "):
            comment += line[2:] + " "
        elif not line:
            comment = ""
    return found


def table() -> dict[str, list[str]]:
    found = rows(read("README.md"), "Variable")
    return {name: [default, meaning] for name, default, meaning in found}


def written(value: Any) -> str:
    """A value as a person writes it into a table."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(value) or "–"
    return str(value) or "–"


def test_the_example_file_lists_every_variable():
    assert example().keys() == FIELDS.keys() | NOT_READ


def test_every_variable_of_the_example_file_is_explained():
    assert [name for name, comment in example().items() if not comment] == []


def test_the_example_file_copied_as_it_is_changes_nothing():
    assert Environment(_env_file=ROOT / ".env.example") == Environment(_env_file=None)


@pytest.mark.parametrize("name", FIELDS)
def test_the_example_file_tells_the_range(name):
    limits = {type(limit): limit for limit in FIELDS[name].metadata}
    if Ge in limits:
        assert f"{limits[Ge].ge} to {limits[Le].le}" in example()[name]


def test_the_readme_lists_every_variable():
    assert table().keys() == FIELDS.keys()


@pytest.mark.parametrize("name", FIELDS)
def test_the_readme_tells_the_default(name):
    default = table()[name][0]
    field = FIELDS[name]
    if field.default is not None:
        assert default.partition(";")[0] == written(field.default)
    else:
        assert "; in production " in default


def test_the_readme_tells_the_defaults_that_depend_on_the_environment():
    development = Environment(_env_file=None)
    production = Environment(
        _env_file=None,
        ENVIRONMENT="prod",
        SECRET_KEY="s" * 50,
        JWT_SECRET_KEY="j" * 50,
        DB_NAME="loopin",
        MEDIA_ROOT="/media",
    )
    for name in (
        *("DEBUG", "TWILIO_TEST_MODE", "PHONE_VALIDATION", "STAFF_REQUIRE_2FA"),
        "SMS_STATUS_CALLBACKS",
    ):
        values = [written(getattr(site, name)) for site in (development, production)]
        assert table()[name][0] == "; in production ".join(values)
    assert table()["ALLOWED_HOSTS"][0] == "*; in production none"
    assert development.ALLOWED_HOSTS == ["*"]
    assert production.ALLOWED_HOSTS == []
