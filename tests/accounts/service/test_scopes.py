"""The description of the API names the scope that an operation needs, and no other opens it."""

import re

import pytest

from accounts.models.service_account import ServiceScope
from loopin.errors import raises
from loopin.web.openapi import SCOPE, documented
from loopin.web.openapi_document import operations
from loopin.web.schemas import Envelope
from tests.each import each

pytestmark = pytest.mark.django_db


@pytest.fixture
def for_services(client):
    """Method, path and description of every operation that takes a key."""
    described = client.get("/api/openapi.json").json()
    return [
        (method.upper(), re.sub(r"{\w+}", "999999", path), operation)
        for path, method, operation in operations(described)
        if {"ServiceKey": []} in operation["security"]
    ]


def test_every_operation_for_services_but_one_names_its_scope(for_services):
    named = {operation.get(SCOPE) for _, _, operation in for_services}
    assert named == {None, *ServiceScope.values}
    assert [path for _, path, one in for_services if SCOPE not in one] == ["/api/service/account"]
    for _, _, operation in for_services:
        if SCOPE in operation:
            assert operation["description"].endswith(f"Needs the scope `{operation[SCOPE]}`.")


def test_what_is_for_people_names_none(client):
    described = client.get("/api/openapi.json").json()
    assert [path for path, _, one in operations(described) if "auth" in path and SCOPE in one] == []


@each("scope", ServiceScope.values)
def test_the_scope_that_is_named_opens_and_all_others_together_do_not(
    api, key_of, for_services, scope
):
    key, others = key_of(scope), key_of(*{*ServiceScope.values} - {scope})
    named = [(method, path) for method, path, one in for_services if one.get(SCOPE) == scope]
    assert named
    for method, path in named:
        body = None if method in ("GET", "DELETE") else {}
        refused = api.request(method, path, body, token=others)
        assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope"), path
        answer = api.request(method, path, body, token=key)
        assert answer.json().get("code") != "insufficient_scope", path


def test_two_ways_in_that_need_different_scopes_are_a_mistake():
    class Way:
        def __init__(self, scope):
            self.scope = scope

        def scope_for(self, method):
            return self.scope

        @raises()
        def __call__(self, request):
            return None

    with pytest.raises(ValueError, match="needs"):
        documented("x", auth=[Way("a"), Way("b")], answer=Envelope[None])
