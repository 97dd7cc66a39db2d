"""Where one schema allows values that another does not.

What clients send has to be allowed by the later description, what they are answered by the
earlier one. So one question answers for both directions: does the outer schema allow all that the
inner one does? JSON Schema 2020-12, as far as the description uses it; a keyword that is not known
here has to stay as it is.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, Literal

Schema = dict[str, Any]
Gap = tuple[str, str]
"""Where in a value, and which keyword differs in which way."""

LOWER = ("minLength", "minItems", "minProperties", "minimum", "exclusiveMinimum")
UPPER = ("maxLength", "maxItems", "maxProperties", "maximum", "exclusiveMaximum")
TYPES = ("null", "boolean", "number", "string", "array", "object")
OF_TYPE = {
    "string": {"minLength", "maxLength", "pattern", "format"},
    "number": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"},
    "array": {"items", "minItems", "maxItems", "uniqueItems"},
    "object": {"properties", "required", "additionalProperties", "minProperties", "maxProperties"},
}
OF_TYPE["integer"] = OF_TYPE["number"]
COMPARED = {"type", "enum", "const", *LOWER, *UPPER, *OF_TYPE["object"], "items"}
GROWING = (
    {"$ref": "#/components/schemas/ErrorCode"},
    {"$ref": "#/components/schemas/FieldErrorCode"},
)
"""Lists that the description says may get longer."""

WORDS = {"title", "description", "default", "example", "examples", "deprecated", "$comment"}
"""They say something about values and allow or forbid none."""


def resolved(schema: Schema | bool, document: Schema) -> Schema:
    """The schema with what it refers to, and all of its `allOf`, as one."""
    if isinstance(schema, bool):
        return {} if schema else {"enum": []}
    parts = [resolved(part, document) for part in schema.get("allOf", ())]
    if "$ref" in schema:
        parts.append(resolved(followed(schema["$ref"], document), document))
    own = {name: value for name, value in schema.items() if name not in ("$ref", "allOf")}
    return reduce(both, [*parts, own])


def followed(reference: str, document: Schema) -> Schema:
    """What `#/components/schemas/X` refers to."""
    place: Any = document
    for step in reference.removeprefix("#/").split("/"):
        place = place[step]
    return place


def both(one: Schema, other: Schema) -> Schema:
    """A schema that allows what both allow."""
    shared = {
        name: JOINS[name](one[name], other[name]) for name in JOINS if name in one and name in other
    }
    return one | other | shared


def _all_properties(one: Schema, other: Schema) -> Schema:
    shared = {name: {"allOf": [one[name], other[name]]} for name in one.keys() & other.keys()}
    return one | other | shared


def _kept(one: list[Any], other: list[Any]) -> list[Any]:
    return [value for value in one if value in other]


def _types_of_both(one: str | list[str], other: str | list[str]) -> list[str]:
    sets = [{kinds} if isinstance(kinds, str) else {*kinds} for kinds in (one, other)]
    return sorted(sets[0] & sets[1])


JOINS: dict[str, Callable[[Any, Any], Any]] = {
    "type": _types_of_both,
    "properties": _all_properties,
    "required": lambda one, other: sorted({*one, *other}),
    "enum": _kept,
    **dict.fromkeys(LOWER, max),
    **dict.fromkeys(UPPER, min),
}


def alternatives(schema: Schema | bool, document: Schema) -> Iterator[Schema]:
    """The schema as several of one type each, of which a value has to fit one."""
    whole = resolved(schema, document)
    for name in ("anyOf", "oneOf"):
        if name in whole:
            rest = {key: value for key, value in whole.items() if key != name}
            for one in whole[name]:
                yield from alternatives({"allOf": [one, rest]}, document)
            return
    for kind in types_of(whole):
        others = set().union(*OF_TYPE.values()) - OF_TYPE.get(kind, set())
        yield {name: value for name, value in whole.items() if name not in others} | {"type": kind}


def types_of(schema: Schema) -> list[str]:
    named = schema.get("type", TYPES)
    types = [named] if isinstance(named, str) else list(named)
    values = values_of(schema)
    return (
        types if values is None else [kind for kind in types if any(fits(v, kind) for v in values)]
    )


def values_of(schema: Schema) -> list[Any] | None:
    """The only values that it allows; None if it does not count them."""
    return [schema["const"]] if "const" in schema else schema.get("enum")


def fits(value: Any, kind: str) -> bool:
    if isinstance(value, bool) or value is None:
        return kind == ("null" if value is None else "boolean")
    classes = {"string": str, "number": (int, float), "integer": int, "array": list, "object": dict}
    return isinstance(value, classes.get(kind, ()))


@dataclass
class Inclusion:
    """Schemas of an inner document, held against those of an outer one."""

    inner: Schema
    outer: Schema
    direction: Literal["taken", "answered"]
    """`taken`: the inner document is the earlier one. `answered`: the outer one is."""

    known: dict[str, list[Gap]] = field(default_factory=dict)

    def gaps(self, inner: Schema | bool, outer: Schema | bool) -> list[Gap]:
        """What the inner schema allows and the outer one does not; empty for a pair that is being
        compared, as one that holds itself is."""
        if self.direction == "answered" and inner == outer and inner in GROWING:
            return []
        key = json.dumps([inner, outer], sort_keys=True)
        if key not in self.known:
            self.known[key] = []
            self.known[key] = list(self._gaps(inner, outer))
        return self.known[key]

    def _gaps(self, inner: Schema | bool, outer: Schema | bool) -> Iterator[Gap]:
        allowed = list(alternatives(outer, self.outer))
        for one in alternatives(inner, self.inner):
            fitting = [other for other in allowed if self._is_of_type(one, other)]
            found = [list(self._differences(one, other)) for other in fitting]
            kinds = sorted({other["type"] for other in allowed})
            yield from min(found, key=len) if found else [self._told("type", one["type"], kinds)]

    def _is_of_type(self, one: Schema, other: Schema) -> bool:
        return one["type"] == other["type"] or (one["type"], other["type"]) == ("integer", "number")

    def _told(self, keyword: str, inner: Any, outer: Any) -> Gap:
        """The earlier value comes first."""
        values = (inner, outer) if self.direction == "taken" else (outer, inner)
        return "", "{}: {!r} → {!r}".format(keyword, *values)

    def _differences(self, inner: Schema, outer: Schema) -> Iterator[Gap]:
        yield from self._values(inner, outer)
        yield from self._limits(inner, outer)
        yield from self._fields(inner, outer)
        if "items" in outer:
            yield from _inside("[]", self.gaps(inner.get("items", {}), outer["items"]))

    def _values(self, inner: Schema, outer: Schema) -> Iterator[Gap]:
        given, allowed = values_of(inner), values_of(outer)
        if allowed is not None and (given is None or [v for v in given if v not in allowed]):
            yield self._told("enum", given, allowed)

    def _limits(self, inner: Schema, outer: Schema) -> Iterator[Gap]:
        others = {n for n in {*inner, *outer} - COMPARED - WORDS if not n.startswith("x-")}
        for name in (*LOWER, *UPPER, *sorted(others)):
            given, allowed = inner.get(name), outer.get(name)
            if allowed is not None and not _is_within(name, given, allowed):
                yield self._told(name, given, allowed)

    def _fields(self, inner: Schema, outer: Schema) -> Iterator[Gap]:
        given, allowed = inner.get("properties", {}), outer.get("properties", {})
        for name in sorted({*outer.get("required", ())} - {*inner.get("required", ())}):
            yield from _inside(name, [self._told("required", False, True)])
        earlier, later = (given, allowed) if self.direction == "taken" else (allowed, given)
        yield from ((name, "is gone") for name in sorted(earlier.keys() - later.keys()))
        for name in sorted(given.keys() & allowed.keys()):
            yield from _inside(name, self.gaps(given[name], allowed[name]))
        yield from self._other_fields(inner, outer)

    def _other_fields(self, inner: Schema, outer: Schema) -> Iterator[Gap]:
        """Fields without a name. Answers may have more than were described."""
        given = inner.get("additionalProperties", True)
        allowed = outer.get("additionalProperties", True)
        is_addition = allowed is False and self.direction == "answered"
        if given is not False and not is_addition:
            yield from _inside("*", self.gaps(given, allowed))


def _is_within(name: str, given: Any, allowed: Any) -> bool:
    if given is None or name not in (*LOWER, *UPPER):
        return bool(given == allowed)
    return bool(given >= allowed if name in LOWER else given <= allowed)


def _inside(name: str, gaps: list[Gap]) -> Iterator[Gap]:
    yield from ((f"{name}.{where}".rstrip("."), what) for where, what in gaps)
