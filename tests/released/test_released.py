"""Clients of a released API work with the present one."""

import json
from typing import Any

import pytest

from docs.released_schema import FOLDER, RELEASE
from loopin import __version__
from tests.released.documents import breaking_changes


def kept(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    from django.test import Client

    return Client().get("/api/openapi.json").json()


def test_what_was_released_under_this_major_version_holds(described):
    major = __version__.partition(".")[0]
    names = [path.name for path in FOLDER.glob(f"{major}.*.json")]
    assert names
    assert [breaking_changes(kept(name), described) for name in names] == [[] for _ in names]


def test_the_description_is_kept_at_each_release():
    """If this fails: `python -m docs.released_schema`, once the version is set."""
    assert RELEASE.exists()


def test_whatever_field_is_taken_out_of_a_schema_is_found(described):
    schemas = described["components"]["schemas"]
    objects = {name: schema for name, schema in schemas.items() if schema.get("properties")}
    assert len(objects) > 50
    for name, schema in objects.items():
        *others, _ = schema["properties"].items()
        changed = schemas | {name: schema | {"properties": dict(others)}}
        later = described | {"components": described["components"] | {"schemas": changed}}
        assert breaking_changes(described, later), name
