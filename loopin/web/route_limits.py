"""What keeps a stranger from asking a route too often: each route that is open to strangers says
it.

A test asks every route as a stranger and refuses one that says nothing, and another one uses up
each limit that is named and sees the route refuse.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


class Rule(Protocol):
    """A limit of `accounts/limits.py`, which the flow behind the route counts against."""

    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class RouteLimit:
    """The rules that a route's flow counts against, or why it is cheap enough to have none.

    Routes without a rule have the limit that the proxy gives every address: a count in the database
    would cost more than what they do.
    """

    rules: tuple[Rule, ...] = ()
    reason: str = ""


def limited_by(*rules: Rule) -> Callable[[View], View]:
    """`@limited_by(limits.CODES_FOR_NETWORK)`: the flow of this view counts each client's
    network."""
    return _declare(RouteLimit(rules=rules))


def limited_by_proxy(reason: str) -> Callable[[View], View]:
    """`@limited_by_proxy("no statement")`: what the view does is cheap, and why."""
    return _declare(RouteLimit(reason=reason))


def limit_of(view: Callable[..., Any]) -> RouteLimit | None:
    """What a view declares, under whichever decorators."""
    limit: RouteLimit | None = getattr(view, "route_limit", None)
    return limit


def _declare(limit: RouteLimit) -> Callable[[View], View]:
    def declare(view: View) -> View:
        vars(view)["route_limit"] = limit
        return view

    return declare
