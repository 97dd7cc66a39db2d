"""Names in the description, as generators of clients need them."""

import re

import pytest


@pytest.fixture(scope="module")
def schema():
    from django.test import Client

    return Client().get("/api/openapi.json").json()


def test_every_group_of_operations_is_described(schema):
    methods = [one for path in schema["paths"].values() for one in path.values()]
    named = {tag for operation in methods for tag in operation["tags"]}
    assert named
    assert named <= {tag["name"] for tag in schema["tags"]}


def test_no_schema_is_called_like_its_list(schema):
    """openapi-python-client would put both in one variable: a `Leads` has no list `leads`."""
    for name, described in schema["components"]["schemas"].items():
        field = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
        assert described.get("properties", {}).get(field, {}).get("type") != "array", name
