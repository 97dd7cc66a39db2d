"""The rules of `tests/released/documents.py`, each by one change to a small description."""

import copy
from typing import Any

from tests.each import each
from tests.released.documents import breaking_changes

TEXT = {"type": "string"}
JSON = "application/json"
BODY = {"content": {JSON: {"schema": TEXT}}}
POST = ("paths", "/people", "post")
GET = ("paths", "/people", "get")
ANSWER = (*POST, "responses", "200")
MESSAGE = ("webhooks", "person.made", "post", "requestBody", "content", JSON, "schema")
SCHEME = ("components", "securitySchemes", "Token")

DESCRIPTION: dict[str, Any] = {
    "paths": {
        "/people": {
            "get": {"operationId": "people", "responses": {"200": BODY}},
            "post": {
                "operationId": "makePerson",
                "security": [{"Token": ["write"]}],
                "parameters": [
                    {"in": "query", "name": "q", "schema": TEXT},
                    {"in": "path", "name": "id", "schema": TEXT, "required": True},
                ],
                "requestBody": {"required": False, **copy.deepcopy(BODY)},
                "responses": {
                    "200": {
                        "headers": {"ETag": {"required": True, "schema": TEXT}},
                        "content": {JSON: {"schema": {"$ref": "#/components/schemas/Person"}}},
                    },
                    "404": {"$ref": "#/components/responses/Missing"},
                },
            },
        },
    },
    "webhooks": {"person.made": {"post": {"requestBody": copy.deepcopy(BODY)}}},
    "components": {
        "schemas": {"Person": {"type": "object", "properties": {"name": TEXT}}},
        "responses": {"Missing": copy.deepcopy(BODY)},
        "securitySchemes": {"Token": {"type": "http", "scheme": "bearer"}},
    },
}
QUERY, PATH = DESCRIPTION["paths"]["/people"]["post"]["parameters"]
NEW = {"in": "query", "name": "new", "schema": TEXT}
GONE = object()

# A place in the description, and what stands there afterwards.
BREAKING = {
    "a path is gone": (("paths", "/people"), GONE),
    "a method is gone": (POST, GONE),
    "an id is another": ((*POST, "operationId"), "createPerson"),
    "a token is asked for": ((*GET, "security"), [{"Token": []}]),
    "another token is asked for": ((*POST, "security"), [{"Other": ["write"]}]),
    "a second token is asked for": ((*POST, "security"), [{"Token": ["write"], "Other": []}]),
    "another scope is asked for": ((*POST, "security"), [{"Token": ["write", "delete"]}]),
    "a token is asked for everywhere": (("security",), [{"Token": []}]),
    "a token is sent otherwise": ((*SCHEME, "scheme"), "basic"),
    "a parameter is gone": ((*POST, "parameters"), [PATH]),
    "a parameter stands elsewhere": ((*POST, "parameters"), [PATH, QUERY | {"in": "header"}]),
    "a parameter is required": ((*POST, "parameters"), [PATH, QUERY | {"required": True}]),
    "a required one is added": (
        (*POST, "parameters"),
        [PATH, QUERY, NEW | {"required": True}],
    ),
    "a parameter is narrowed": (
        (*POST, "parameters"),
        [PATH, QUERY | {"schema": TEXT | {"maxLength": 5}}],
    ),
    "a body is gone": ((*POST, "requestBody"), GONE),
    "a body is required": ((*POST, "requestBody", "required"), True),
    "a required one is new": ((*GET, "requestBody"), BODY | {"required": True}),
    "a body is of another kind": ((*POST, "requestBody", "content"), {"text/plain": {}}),
    "a body is narrowed": (
        (*POST, "requestBody", "content", JSON, "schema"),
        TEXT | {"maxLength": 5},
    ),
    "a status is gone": ((*POST, "responses", "404"), GONE),
    "an answer's kind is gone": ((*ANSWER, "content"), {}),
    "an answer is widened": (("components", "schemas", "Person", "properties", "name"), {}),
    "an answer's field is gone": (("components", "schemas", "Person", "properties"), {}),
    "a shared answer is widened": (("components", "responses", "Missing", "content"), {JSON: {}}),
    "a header is gone": ((*ANSWER, "headers"), {}),
    "a header may be missing": ((*ANSWER, "headers", "ETag", "required"), False),
    "a header is widened": ((*ANSWER, "headers", "ETag", "schema"), {}),
    "a webhook is gone": (("webhooks",), GONE),
    "a webhook's message is widened": (MESSAGE, {}),
}

HARMLESS = {
    "an operation is added": (("paths", "/people", "delete"), {"operationId": "x"}),
    "no token is asked for": ((*POST, "security"), []),
    "a token is one way of two": ((*POST, "security"), [{"Other": []}, {"Token": ["write"]}]),
    "fewer scopes are asked for": ((*POST, "security"), [{"Token": []}]),
    "a token may be sent": ((*GET, "security"), [{"Token": []}, {}]),
    "a token is described otherwise": ((*SCHEME, "bearerFormat"), "JWT"),
    "an optional parameter is added": ((*POST, "parameters"), [PATH, QUERY, NEW]),
    "a parameter may be missing": ((*POST, "parameters"), [PATH | {"required": False}, QUERY]),
    "an optional body is new": ((*GET, "requestBody"), BODY),
    "a body may be of another kind": ((*POST, "requestBody", "content", "text/plain"), {}),
    "a body is widened": ((*POST, "requestBody", "content", JSON, "schema"), {}),
    "a status is added": ((*POST, "responses", "409"), BODY),
    "an answer is narrowed": ((*ANSWER, "headers", "ETag", "schema"), TEXT | {"minLength": 1}),
    "a header is added": ((*ANSWER, "headers", "Age"), {"schema": TEXT}),
    "a webhook is added": (("webhooks", "person.gone"), {"post": {}}),
    "a message is narrowed": (MESSAGE, TEXT | {"maxLength": 5}),
    "words change": ((*POST, "summary"), "Make a person"),
}


def changed(place: tuple[str, ...], value: Any) -> dict[str, Any]:
    description = copy.deepcopy(DESCRIPTION)
    *way, last = place
    inside = description
    for step in way:
        inside = inside[step]
    inside[last] = value
    if value is GONE:
        del inside[last]
    return description


@each("place, value", BREAKING)
def test_a_change_that_breaks_clients_is_found(place, value):
    assert breaking_changes(DESCRIPTION, changed(place, value))


@each("place, value", HARMLESS)
def test_a_change_that_breaks_nobody_is_let_through(place, value):
    assert breaking_changes(DESCRIPTION, changed(place, value)) == []


def test_a_finding_says_where_it_is():
    place, value = BREAKING["a body is narrowed"]
    [found] = breaking_changes(DESCRIPTION, changed(place, value))
    assert found == "POST /people: body: application/json: maxLength: None → 5"
