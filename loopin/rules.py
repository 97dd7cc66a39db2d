"""What a field rule says of itself: which values it takes, and with which codes it refuses others.

The API's description is made of this, and a test compares the codes with those in the code.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

Rule = TypeVar("Rule", bound=Callable[..., Any])
Choices = TypeVar("Choices", bound=type)
Limits = Mapping[str, Any]

COMPONENT = "x-component"
"""Marks a schema that is published under a name of its own."""


def described(
    *sources: str | Callable[..., Any], limits: Limits | Callable[[], Limits] | None = None
) -> Callable[[Rule], Rule]:
    """`@described("too_long", email_address.normalise, limits={"maxLength": 254})`.

    `sources`: the codes of the errors that the rule raises by itself, and the rules that it calls,
    which stand for theirs. `limits`: keywords of JSON Schema for the values it takes, or a function
    that makes them, where they depend on settings; a rule without any has those of the first rule
    among its sources.
    """

    def describe(rule: Rule) -> Rule:
        called = [source for source in sources if callable(source)]
        own = [(source,) if isinstance(source, str) else codes_of(source) for source in sources]
        vars(rule)["codes"] = tuple(dict.fromkeys(code for codes in own for code in codes))
        vars(rule)["limits"] = (lambda: limits_of(called[0])) if limits is None else limits
        return rule

    return describe


def codes_of(rule: Callable[..., Any]) -> tuple[str, ...]:
    """The codes with which a rule refuses. Raises AttributeError for one that does not say them."""
    codes: tuple[str, ...] = rule.codes  # type: ignore[attr-defined]
    return codes


def limits_of(rule: Callable[..., Any]) -> dict[str, Any]:
    """The keywords of JSON Schema for what a rule takes."""
    limits: Any = rule.limits  # type: ignore[attr-defined]
    return dict(limits() if callable(limits) else limits)


def named(name: str, schema: Limits) -> dict[str, Any]:
    """A schema that is published under `name`, with a reference in each place that uses it."""
    return {COMPONENT: name, **schema}


def choices(kind: Any) -> dict[str, Any]:
    """The values of Django's TextChoices, under the name of their class or that of `called`."""
    name = getattr(kind, "called", kind.__name__)
    return named(name, {"type": "string", "enum": list(kind.values)})


def called(name: str) -> Callable[[Choices], Choices]:
    """`@called("LeadStatus")`: what the API's description calls TextChoices whose own name says
    too little outside of their app."""

    def call(kind: Choices) -> Choices:
        described: Any = kind
        described.called = name
        described.__get_pydantic_json_schema__ = lambda schema, handler: choices(kind)
        return kind

    return call
