"""Brings the JSON Schemas that pydantic makes into the forms that generators of clients read, and
gives those that stand for something a name."""

from collections.abc import Callable, Iterator
from typing import Any

from loopin.rules import COMPONENT

JSONSchema = dict[str, Any]
Change = Callable[[JSONSchema], JSONSchema]

FIELD_ERRORS = "x-field-error-codes"
"""Lists the codes with which a field, or an operation that looks further, refuses what is sent."""

REFERENCE = "#/components/schemas/"
OF_THE_PLACE = ("description", "examples", "default", "deprecated", FIELD_ERRORS)
"""What a named schema leaves where it is used, because it is about the field."""

ALWAYS_NULL = {"type": ["string", "null"], "description": "Always null."}
"""A type of nothing but null has no counterpart in most languages."""


def reference(name: str) -> JSONSchema:
    return {"$ref": f"{REFERENCE}{name}"}


def inside(schema: JSONSchema, change: Change) -> JSONSchema:
    """The schema with every schema directly in it changed."""
    changed = dict(schema)
    for key in ("properties", "patternProperties"):
        if key in schema:
            changed[key] = {name: change(one) for name, one in schema[key].items()}
    for key in ("anyOf", "oneOf", "allOf", "prefixItems"):
        if key in schema:
            changed[key] = [change(one) for one in schema[key]]
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            changed[key] = change(schema[key])
    return changed


def tidy(schema: JSONSchema) -> JSONSchema:
    """The schema in plain forms: nullable types as lists, no `const`, no titles that repeat
    names."""
    plain = inside(_nullable(schema), tidy)
    plain.pop("title", None)
    plain["properties"] = {
        name: of_field(name, field) for name, field in plain.get("properties", {}).items()
    }
    if not plain["properties"]:
        del plain["properties"]
    return _without_const(_unwrap(plain))


def of_field(name: str, schema: JSONSchema) -> JSONSchema:
    """What the schema of a field or parameter says because of its name: ids count from 1 and need
    64 bits, which is no language's ordinary integer."""
    if schema.get("type") == "null":
        return schema | ALWAYS_NULL
    is_id = name == "id" or name.endswith("_id")
    is_number = schema.get("type") in ("integer", ["integer", "null"])
    return {"minimum": 1} | schema | {"format": "int64"} if is_id and is_number else schema


def _unwrap(schema: JSONSchema) -> JSONSchema:
    """A reference in the place of an `allOf` with nothing else in it."""
    if len(schema.get("allOf", ())) != 1:
        return schema
    inner: JSONSchema = schema["allOf"][0]
    return inner | {key: value for key, value in schema.items() if key != "allOf"}


def _without_const(schema: JSONSchema) -> JSONSchema:
    """Generators make a type of each constant, and none of a boolean one."""
    if "const" not in schema:
        return schema
    plain = {key: value for key, value in schema.items() if key != "const"}
    value = schema["const"]
    return plain | ({"type": "boolean"} if isinstance(value, bool) else {"enum": [value]})


def _nullable(schema: JSONSchema) -> JSONSchema:
    """`{"type": ["string", "null"]}` in the place of an `anyOf` of two."""
    ways = schema.get("anyOf", ())
    others = [way for way in ways if way.get("type") != "null"]
    if len(others) != 1 or len(ways) != 2:
        return schema
    place = {key: value for key, value in schema.items() if key != "anyOf"}
    inner: JSONSchema = others[0]
    if not isinstance(inner.get("type"), str) or COMPONENT in inner or "enum" in inner:
        return place | {"anyOf": [inner, {"type": "null"}]}
    return inner | {"type": [inner["type"], "null"]} | place


def hoist(schema: JSONSchema, components: dict[str, JSONSchema]) -> JSONSchema:
    """The schema with references in the place of those that are marked, which are added to the
    components."""
    plain = inside(schema, lambda one: hoist(one, components))
    name = plain.pop(COMPONENT, None)
    if name is None:
        return plain
    place = {key: plain.pop(key) for key in OF_THE_PLACE if key in plain}
    if components.setdefault(name, plain) != plain:
        raise ValueError(f"two schemas are called {name}")
    return reference(name) | place


def each(schema: JSONSchema) -> Iterator[JSONSchema]:
    """The schema and every schema in it."""
    found: list[JSONSchema] = []

    def look(one: JSONSchema) -> JSONSchema:
        found.extend(each(one))
        return one

    inside(schema, look)
    yield schema
    yield from found
