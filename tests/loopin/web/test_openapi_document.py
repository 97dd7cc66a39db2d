"""The document is one that generators of clients can read, and people can read what they make."""

import re
from collections.abc import Iterator

import pytest

from accounts.sessions import bearer_auth
from loopin.api import api
from loopin.rules import named
from loopin.web.body_errors import FOUND_BY_PYDANTIC
from loopin.web.field_codes import FIELD_CODES, OTHER
from loopin.web.openapi_document import operation_id, operations
from loopin.web.openapi_schemas import FIELD_ERRORS, each, hoist, tidy
from tests.each import each as for_each
from tests.loopin.test_raises import OPERATIONS, named_in

CAMEL_CASE = re.compile(r"[a-z]+([A-Z][a-z]+)*")
PASCAL_CASE = re.compile(r"([A-Z][a-z]+)+")
LIMITS = {"maxLength", "format", "enum", "pattern", "minimum"}


@pytest.fixture(scope="module")
def document():
    return api.get_openapi_schema()


def schemas_of(document) -> Iterator[tuple[str, dict]]:
    """Every schema of the document, each with the component or operation that it belongs to."""
    for name, schema in document["components"]["schemas"].items():
        yield from ((name, one) for one in each(schema))
    for _, _, operation in operations(document):
        places = [*operation.get("parameters", ()), operation.get("requestBody", {})]
        for place in (*places, *operation["responses"].values()):
            found = [place, *place.get("content", {}).values()]
            for one in (one for one in found if "schema" in one):
                yield from ((operation["operationId"], inner) for inner in each(one["schema"]))


def test_every_operation_has_a_short_id_in_camel_case(document):
    told = [webhook["post"]["operationId"] for webhook in document["webhooks"].values()]
    ids = [operation["operationId"] for _, _, operation in operations(document)] + told
    assert [one for one in ids if not CAMEL_CASE.fullmatch(one) or len(one) > 30] == []
    assert len(ids) == len(set(ids))
    assert {"signup", "verifyOtp", "logout", "usersLogout", "leadsClaim", "leadsList"} <= set(ids)


@for_each(
    "path, name, short",
    [
        ("/api/auth/verify-otp", "accounts.signin.api.verify_otp", "verifyOtp"),
        ("/api/users/logout", "users_logout", "usersLogout"),
        ("/api/leads", "leads.api.routes.list_leads", "leadsList"),
        ("/api/health", "loopin.health.api.health", "health"),
        ("/api", "loopin.web.api_root.home", "home"),
    ],
)
def test_an_id_is_the_name_of_the_view_behind_its_part_of_the_api(path, name, short):
    assert operation_id(path, name) == short


def test_every_schema_has_a_name_that_a_person_would_give(document):
    names = document["components"]["schemas"]
    assert [name for name in names if not PASCAL_CASE.fullmatch(name)] == []
    assert [name for name in names if name.endswith("Out")] == []


def test_nothing_is_only_null_and_no_boolean_is_constant(document):
    for name, schema in schemas_of(document):
        assert "const" not in schema, (name, schema)
        for field in schema.get("properties", {}).values():
            assert field.get("type") != "null", (name, schema)


def test_every_reference_leads_somewhere(document):
    def references(part) -> Iterator[str]:
        for one in part.values() if isinstance(part, dict) else part:
            if isinstance(one, dict | list):
                yield from references(one)
        if isinstance(part, dict) and isinstance(part.get("$ref"), str):
            yield part["$ref"]

    for reference in set(references(document)):
        found = document
        for word in reference.removeprefix("#/").split("/"):
            found = found[word]


def test_every_text_that_is_sent_has_limits(document):
    contents = [
        operation["requestBody"]["content"].get("application/json")
        for _, _, operation in operations(document)
        if "requestBody" in operation
    ]
    names = {content["schema"]["$ref"].rpartition("/")[2] for content in contents if content}
    assert len(names) > 15
    for name in names:
        for field, schema in document["components"]["schemas"][name]["properties"].items():
            for one in each(schema):
                if "string" in one.get("type", ()):
                    assert LIMITS & one.keys(), (name, field)
                if "array" in one.get("type", ()):
                    assert "maxItems" in one, (name, field)


def test_every_parameter_has_limits(document):
    for _, _, operation in operations(document):
        for parameter in operation.get("parameters", ()):
            assert LIMITS & parameter["schema"].keys(), (operation["operationId"], parameter)


def test_every_operation_says_who_may_call_it(document):
    for _, _, operation in operations(document):
        assert "security" in operation, operation["operationId"]
    logout = document["paths"]["/api/auth/logout"]["post"]
    assert logout["security"] == [{"BearerToken": []}, {}]
    assert document["paths"]["/api/auth/signup"]["post"]["security"] == []


READ_A_TOKEN = {bearer_auth.get_caller, bearer_auth.get_session_id}


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_that_reads_a_token_declares_it(name):
    operation = OPERATIONS[name]
    reads = READ_A_TOKEN & named_in(operation.view_func)
    declared = operation.openapi_extra.get("security", [])
    assert declared == ([{"BearerToken": []}, {}] if reads else [])


def test_files_are_files_for_both_versions_of_openapi(document):
    content = document["paths"]["/api/auth/profile-pictures"]["post"]["requestBody"]["content"]
    file = content["multipart/form-data"]["schema"]["properties"]["files"]["items"]
    assert file["format"] == "binary"
    assert file["contentMediaType"] == "application/octet-stream"


def listed(part) -> Iterator[str]:
    """All codes of fields that a part of the document lists."""
    if isinstance(part, dict):
        yield from part.get(FIELD_ERRORS, ())
    for one in part.values() if isinstance(part, dict) else part:
        if isinstance(one, dict | list):
            yield from listed(one)


def test_the_codes_of_fields_are_those_that_fields_and_operations_list(document):
    known = {OTHER, *(code for code, _ in FOUND_BY_PYDANTIC.values())}
    enum = document["components"]["schemas"]["FieldErrorCode"]["enum"]
    assert set(enum) == known | set(listed(document)) == FIELD_CODES.keys()


def test_every_answer_has_the_id_of_its_request(document):
    for _, _, operation in operations(document):
        for response in operation["responses"].values():
            assert "X-Request-ID" in response["headers"], operation["operationId"]


def test_every_tag_is_explained(document):
    explained = {tag["name"] for tag in document["tags"] if tag["description"].endswith(".")}
    used = {tag for _, _, operation in operations(document) for tag in operation["tags"]}
    assert used == explained == {tag["name"] for tag in document["tags"]}


@for_each(
    "made, published",
    [
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, {"type": ["string", "null"]}),
        ({"const": True, "type": "boolean"}, {"type": "boolean"}),
        ({"const": "x", "type": "string"}, {"enum": ["x"], "type": "string"}),
        ({"allOf": [{"$ref": "#/x"}], "default": 1}, {"$ref": "#/x", "default": 1}),
        (
            {"title": "X", "properties": {"title": {"title": "Title"}}},
            {"properties": {"title": {}}},
        ),
    ],
)
def test_a_schema_takes_a_plain_form(made, published):
    assert tidy(made) == published


def test_a_named_schema_is_referred_to_and_keeps_what_is_said_of_the_field():
    components = {}
    color = named("Color", {"enum": ["red"], "description": "Of the car."})
    assert hoist({"items": color}, components) == {
        "items": {"$ref": "#/components/schemas/Color", "description": "Of the car."}
    }
    assert components == {"Color": {"enum": ["red"]}}
    with pytest.raises(ValueError, match="Color"):
        hoist(named("Color", {"enum": ["blue"]}), components)
