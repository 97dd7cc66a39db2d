"""The rules of `tests/released/schemas.py`, each by a small schema before and after a change."""

from typing import Any

from tests.each import each
from tests.released.schemas import Inclusion

TEXT = {"type": "string"}
PERSON = {"type": "object", "properties": {"name": TEXT, "bio": TEXT}, "required": ["name"]}
CLOSED = PERSON | {"additionalProperties": False}
LISTED = {"type": "array", "items": TEXT}
NOBODY: dict[str, Any] = {"type": "null"}


def with_fields(**fields: Any) -> dict[str, Any]:
    return PERSON | {"properties": PERSON["properties"] | fields}


def requiring(*names: str) -> dict[str, Any]:
    return PERSON | {"required": list(names)}


# Narrowed: allows less than before. Clients that send may be refused; clients that read are not
# surprised. The other way round it is widened, and the other clients break.
NARROWED = {
    "a type of two": ({"type": ["string", "null"]}, TEXT),
    "a number to whole ones": ({"type": "number"}, {"type": "integer"}),
    "anything to something": ({}, TEXT),
    "an alternative of two": ({"anyOf": [TEXT, NOBODY]}, TEXT),
    "one of to a type of its": ({"oneOf": [TEXT, {"type": "integer"}]}, TEXT),
    "a value of an enum": ({"enum": ["a", "b"]}, {"enum": ["a"]}),
    "any text to an enum": (TEXT, TEXT | {"enum": ["a"]}),
    "an enum to a constant": ({"enum": ["a", "b"]}, {"const": "a"}),
    "null in an enum": ({"enum": ["a", None]}, {"enum": ["a"]}),
    "a least length": (TEXT | {"minLength": 2}, TEXT | {"minLength": 3}),
    "a first least length": (TEXT, TEXT | {"minLength": 1}),
    "a greatest length": (TEXT | {"maxLength": 9}, TEXT | {"maxLength": 8}),
    "a least number": ({"type": "integer", "minimum": 0}, {"type": "integer", "minimum": 1}),
    "an exclusive limit": ({"type": "number"}, {"type": "number", "exclusiveMaximum": 5}),
    "how many items": (LISTED | {"maxItems": 6}, LISTED | {"maxItems": 5}),
    "how few items": (LISTED, LISTED | {"minItems": 1}),
    "items that differ": (LISTED, LISTED | {"uniqueItems": True}),
    "what items are": (LISTED, LISTED | {"items": TEXT | {"maxLength": 4}}),
    "any items to some": ({"type": "array"}, LISTED),
    "a pattern": (TEXT, TEXT | {"pattern": "^a"}),
    "a format": (TEXT, TEXT | {"format": "date"}),
    "a step": ({"type": "integer"}, {"type": "integer", "multipleOf": 5}),
    "a required field": (requiring("name"), requiring("name", "bio")),
    "a field": (PERSON, with_fields(bio=TEXT | {"maxLength": 500})),
    "a field of a field": (
        with_fields(bio={"type": "object", "properties": {"x": TEXT}}),
        with_fields(bio={"type": "object", "properties": {"x": {"const": "y"}}}),
    ),
    "what other fields are": ({"type": "object"}, {"type": "object", "additionalProperties": TEXT}),
    "something not allowed": (TEXT, TEXT | {"not": {"const": "x"}}),
    "a keyword nobody compares": (TEXT, TEXT | {"contentMediaType": "image/png"}),
}

# Clients of both directions break.
BREAKS_BOTH = {
    "another type": (TEXT, {"type": "integer"}),
    "another pattern": (TEXT | {"pattern": "^a"}, TEXT | {"pattern": "^b"}),
    "another format": (TEXT | {"format": "date"}, TEXT | {"format": "date-time"}),
    "another value": ({"const": "a"}, {"const": "b"}),
    "a field gone": (with_fields(location=TEXT), PERSON),
    "a field renamed": (PERSON, PERSON | {"properties": {"name": TEXT, "about": TEXT}}),
}

BREAKS_NOBODY = {
    "nothing": (PERSON, PERSON),
    "words": (TEXT, TEXT | {"title": "T", "description": "D", "examples": ["e"], "x-own": 1}),
    "a default": (TEXT | {"default": "a"}, TEXT | {"default": "b"}),
    "another optional field": (PERSON, with_fields(location=TEXT)),
    "another way to say null": ({"anyOf": [TEXT, NOBODY]}, {"type": ["string", "null"]}),
    "another order": ({"enum": ["a", "b"]}, {"enum": ["b", "a"]}),
    "a constant as an enum": ({"const": "a"}, {"enum": ["a"]}),
    "all of one": (TEXT | {"minLength": 2}, {"allOf": [TEXT, {"minLength": 2}]}),
    "all of two": (PERSON, {"allOf": [PERSON, with_fields(name={"type": "string"})]}),
    "a type of two as all of both": (TEXT, {"type": ["string", "null"], "allOf": [TEXT]}),
    "anything": ({}, True),
    "a limit of another type": (TEXT, TEXT | {"minimum": 5}),
}


def breaks(direction: str, before: Any, after: Any) -> bool:
    """Whether the change breaks clients of this direction."""
    if direction == "taken":
        return bool(Inclusion({}, {}, "taken").gaps(before, after))
    return bool(Inclusion({}, {}, "answered").gaps(after, before))


@each("before, after", NARROWED)
def test_what_is_narrowed_breaks_those_who_send_and_what_is_widened_those_who_read(before, after):
    assert breaks("taken", before, after)
    assert not breaks("answered", before, after)
    assert not breaks("taken", after, before)
    assert breaks("answered", after, before)


@each("before, after", BREAKS_BOTH)
def test_what_is_another_breaks_everybody(before, after):
    assert breaks("taken", before, after)
    assert breaks("answered", before, after)


@each("before, after", BREAKS_NOBODY)
def test_what_is_added_or_said_otherwise_breaks_nobody(before, after):
    assert not breaks("taken", before, after)
    assert not breaks("answered", before, after)


def test_fields_without_a_name_are_refused_to_those_who_send_only():
    assert breaks("taken", PERSON, CLOSED)
    assert not breaks("answered", CLOSED, PERSON)
    assert not breaks("answered", CLOSED, CLOSED | with_fields(location=TEXT))


def test_a_gap_says_where_and_what_it_was_and_is():
    wide, narrow = (with_fields(name=TEXT | {"maxLength": most}) for most in (9, 8))
    assert Inclusion({}, {}, "taken").gaps(wide, narrow) == [("name", "maxLength: 9 → 8")]
    assert Inclusion({}, {}, "answered").gaps(wide, narrow) == [("name", "maxLength: 8 → 9")]


def test_references_are_followed_into_their_own_document():
    def document(limit: int) -> dict[str, Any]:
        node = {"type": "object", "properties": {"name": TEXT | {"maxLength": limit}}}
        node["properties"] |= {"next": {"$ref": "#/components/schemas/Node"}}
        return {"components": {"schemas": {"Node": node}}}

    node = {"$ref": "#/components/schemas/Node", "description": "It holds itself."}
    inclusion = Inclusion(document(9), document(8), "taken")
    assert ("name", "maxLength: 9 → 8") in inclusion.gaps(node, node)
    assert Inclusion(document(8), document(8), "taken").gaps(node, node) == []


def test_the_codes_of_errors_may_get_more():
    def document(*codes: str) -> dict[str, Any]:
        return {"components": {"schemas": {"ErrorCode": {"enum": list(codes)}}}}

    code = {"$ref": "#/components/schemas/ErrorCode"}
    earlier, later = document("a"), document("a", "b")
    assert Inclusion(later, earlier, "answered").gaps(code, code) == []
    assert Inclusion(later, earlier, "answered").gaps(code, TEXT) == []
    assert Inclusion(later, earlier, "taken").gaps(code, code)
    assert Inclusion(later, earlier, "answered").gaps(TEXT, code)
