"""What in a later description of the API breaks clients of an earlier one.

The rules are those of oasdiff, as far as this API has what they are about, and stricter where a
client that was made from the description would no longer compile: an operation keeps its id, and an
answer its fields. Additions are allowed: operations, optional parameters and fields, statuses.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from tests.released.schemas import Inclusion, followed

Description = dict[str, Any]
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
SENDING = ("type", "scheme", "in", "name")
"""What of a security scheme says how a client shows who it is."""


def breaking_changes(earlier: Description, later: Description) -> list[str]:
    return list(Comparison(earlier, later).findings())


@dataclass(frozen=True)
class Comparison:
    earlier: Description
    later: Description

    @cached_property
    def _taken(self) -> Inclusion:
        return Inclusion(self.earlier, self.later, "taken")

    @cached_property
    def _answered(self) -> Inclusion:
        return Inclusion(self.later, self.earlier, "answered")

    def findings(self) -> Iterator[str]:
        for path, method, before in _operations(self.earlier, "paths"):
            where = f"{method.upper()} {path}"
            after = self.later["paths"].get(path, {}).get(method)
            yield from _at(where, ["is gone"] if after is None else self._operation(before, after))
        for name, method, before in _operations(self.earlier, "webhooks"):
            after = self.later.get("webhooks", {}).get(name, {}).get(method)
            found = ["is gone"] if after is None else self._message(before, after)
            yield from _at(f"webhook {name}", found)

    def _operation(self, before: Description, after: Description) -> Iterator[str]:
        if before["operationId"] != after["operationId"]:
            yield f"its id was {before['operationId']} and is {after['operationId']}"
        yield from self._security(before, after)
        yield from self._parameters(before, after)
        yield from _at("body", self._body(before, after))
        for status, answer in before["responses"].items():
            other = after["responses"].get(status)
            yield from _at(status, ["is gone"] if other is None else self._answer(answer, other))

    def _security(self, before: Description, after: Description) -> Iterator[str]:
        """Every way in that sufficed still does."""
        ways = _ways_in(after, self.later)
        for way in _ways_in(before, self.earlier):
            if not any(_suffices(way, other) for other in ways):
                yield f"{' and '.join(way) or 'nothing'} does no longer suffice to be let in"
            for name in way:
                yield from self._scheme(name)

    def _scheme(self, name: str) -> Iterator[str]:
        before, after = (
            document["components"]["securitySchemes"].get(name, {})
            for document in (self.earlier, self.later)
        )
        if changed := [key for key in SENDING if before.get(key) != after.get(key)]:
            yield f"{name} is sent otherwise: {', '.join(changed)}"

    def _parameters(self, before: Description, after: Description) -> Iterator[str]:
        earlier, later = _parameters(before, self.earlier), _parameters(after, self.later)
        for key, parameter in later.items():
            was_required = earlier.get(key, {}).get("required", False)
            if parameter.get("required", False) and not was_required:
                yield f"{key} is required"
        for key, parameter in earlier.items():
            found = ["is gone"]
            if key in later:
                found = self._schema("taken", parameter, later[key])
            yield from _at(key, found)

    def _body(self, before: Description, after: Description) -> Iterator[str]:
        earlier = _followed(before.get("requestBody", {}), self.earlier)
        later = _followed(after.get("requestBody", {}), self.later)
        if later.get("required", False) and not earlier.get("required", False):
            yield "is required"
        yield from self._contents("taken", earlier, later)

    def _answer(self, before: Description, after: Description) -> Iterator[str]:
        earlier, later = _followed(before, self.earlier), _followed(after, self.later)
        yield from self._contents("answered", earlier, later)
        for name, header in earlier.get("headers", {}).items():
            other = later.get("headers", {}).get(name)
            found = ["is gone"] if other is None else self._header(header, other)
            yield from _at(name, found)

    def _header(self, before: Description, after: Description) -> Iterator[str]:
        earlier, later = _followed(before, self.earlier), _followed(after, self.later)
        if earlier.get("required", False) and not later.get("required", False):
            yield "may be missing"
        yield from self._schema("answered", earlier, later)

    def _message(self, before: Description, after: Description) -> Iterator[str]:
        """A webhook's body is sent by us: whoever receives it reads it."""
        earlier = _followed(before.get("requestBody", {}), self.earlier)
        later = _followed(after.get("requestBody", {}), self.later)
        yield from self._contents("answered", earlier, later)

    def _contents(
        self, direction: Literal["taken", "answered"], before: Description, after: Description
    ) -> Iterator[str]:
        for kind, content in before.get("content", {}).items():
            other = after.get("content", {}).get(kind)
            found = ["is gone"] if other is None else self._schema(direction, content, other)
            yield from _at(kind, found)

    def _schema(
        self, direction: Literal["taken", "answered"], before: Description, after: Description
    ) -> Iterator[str]:
        """Of what holds a schema: a parameter, a header, or a body of one media type."""
        earlier, later = before.get("schema", {}), after.get("schema", {})
        if direction == "taken":
            gaps = self._taken.gaps(earlier, later)
        else:
            gaps = self._answered.gaps(later, earlier)
        yield from (f"{where} {what}".strip() for where, what in gaps)


def _at(where: str, findings: Iterator[str] | list[str]) -> Iterator[str]:
    yield from (f"{where}: {finding}" for finding in findings)


def _operations(
    document: Description, part: Literal["paths", "webhooks"]
) -> Iterator[tuple[str, str, Description]]:
    for name, item in document.get(part, {}).items():
        yield from ((name, method, item[method]) for method in METHODS if method in item)


def _followed(described: Description, document: Description) -> Description:
    return followed(described["$ref"], document) if "$ref" in described else described


def _parameters(operation: Description, document: Description) -> dict[str, Description]:
    """By where they stand and their names."""
    described = [_followed(one, document) for one in operation.get("parameters", ())]
    return {f"{one['in']} {one['name']}": one for one in described}


def _ways_in(operation: Description, document: Description) -> list[Mapping[str, list[str]]]:
    return operation.get("security", document.get("security")) or [{}]


def _suffices(way: Mapping[str, list[str]], other: Mapping[str, list[str]]) -> bool:
    """Whether who has all that one way asks for has all that the other asks for."""
    return all(name in way and {*scopes} <= {*way[name]} for name, scopes in other.items())
