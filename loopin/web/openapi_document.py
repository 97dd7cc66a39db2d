"""Turns the document that Ninja makes of the operations into the one that is published.

Ninja describes Python; this describes HTTP to programs that make clients: short operation ids,
names for everything that stands for something, and plain schemas (`openapi_schemas`).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from loopin.errors import LoopinError
from loopin.rules import COMPONENT
from loopin.web import openapi_headers
from loopin.web.openapi import CODES, SCOPE
from loopin.web.openapi_schemas import (
    REFERENCE,
    JSONSchema,
    each,
    hoist,
    of_field,
    tidy,
)

WITHOUT_PREFIX = {"auth"}
"""The main door, whose operations need no word before their names."""

SUFFIXES = (("Out", ""), ("In", "Input"))
"""How our classes for answers and bodies end, and what stands for it in the document."""


def publish(document: dict[str, Any], *, always: Iterable[type[LoopinError]]) -> dict[str, Any]:
    """The document as clients get it. `always`: errors that any address may answer with."""
    document["paths"] = {path.rstrip("/"): methods for path, methods in document["paths"].items()}
    schemas = Schemas(document["components"]["schemas"])
    for path, method, operation in operations(document):
        operation["operationId"] = operation_id(path, operation["operationId"])
        _name_scope(method, operation)
        operation.setdefault("security", [])
        _describe_messages(operation, schemas)
    for webhook in document.get("webhooks", {}).values():
        _describe_messages(webhook["post"], schemas)
    codes = {error.code for error in always} | set(_listed(CODES, document))
    schemas.published["ErrorCode"]["enum"] = sorted(codes)
    document["components"] |= {
        "schemas": dict(sorted(schemas.published.items())),
        "headers": openapi_headers.components(),
    }
    return document


class Schemas:
    """Those that have names, under the names by which clients know them."""

    def __init__(self, made: Mapping[str, JSONSchema]) -> None:
        self._names = {
            name: schema.pop(COMPONENT, None) or public_name(schema["title"])
            for name, schema in made.items()
        }
        self.published: dict[str, JSONSchema] = {}
        for name, schema in made.items():
            plain = self.plain(schema)
            if self.published.setdefault(self._names[name], plain) != plain:
                raise ValueError(f"two schemas are called {self._names[name]}")

    def plain(self, schema: JSONSchema) -> JSONSchema:
        """A schema as clients get it; what it has that deserves a name is published."""
        tidied = tidy(schema)
        for one in each(tidied):
            if one.get("$ref", "").startswith(REFERENCE):
                one["$ref"] = REFERENCE + self._names[one["$ref"].removeprefix(REFERENCE)]
        return hoist(tidied, self.published)


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The path, method and description of each operation."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def operation_id(path: str, name: str) -> str:
    """`usersLogout` of the view `users.api.logout` at /api/users/logout/.

    The part of the API comes first, but for `/api/auth`, and is not said twice.
    """
    prefix = [part for part in path.strip("/").split("/")[1:2] if part not in WITHOUT_PREFIX]
    said = {word.rstrip("s") for word in prefix}
    words = [word for word in name.rpartition(".")[2].split("_") if word.rstrip("s") not in said]
    first, *others = [*prefix, *words]
    return first + "".join(word.capitalize() for word in others)


def public_name(name: str) -> str:
    """`CodeSent` of `CodeSentOut`, `NoteInput` of `NoteIn`."""
    for ending, said in SUFFIXES:
        if name.endswith(ending):
            return name.removesuffix(ending) + said
    return name


def _name_scope(method: str, operation: dict[str, Any]) -> None:
    """The scope that this method needs, to programs and to people."""
    scope = operation.pop(SCOPE, {}).get(method.upper())
    if scope is not None:
        operation[SCOPE] = str(scope)
        operation["description"] += f"\n\nNeeds the scope `{scope}`."


def _describe_messages(operation: dict[str, Any], schemas: Schemas) -> None:
    """The schemas of parameters, body and answers."""
    for place in _places(operation):
        place["schema"] = of_field(place.get("name", ""), schemas.plain(place["schema"]))
    operation["responses"] = {
        str(status): response for status, response in sorted(operation["responses"].items())
    }
    if not operation.get("parameters", True):
        del operation["parameters"]


def _places(operation: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Whatever of an operation has a schema."""
    yield from operation.get("parameters", ())
    for message in (operation.get("requestBody", {}), *operation["responses"].values()):
        yield from message.get("content", {}).values()


def _listed(codes: str, *described: Any) -> Iterator[str]:
    """What any part of a description lists under the name of an extension."""
    for one in described:
        if isinstance(one, dict):
            yield from one.get(codes, ())
            yield from _listed(codes, *one.values())
        elif isinstance(one, list):
            yield from _listed(codes, *one)
