"""What a flow declares that it raises is what its code raises, as far as one can tell by reading.

Every error class that a body names counts, and so do the calls that lead to functions of ours:
through modules, managers and `self`. What is kept in a variable, as rows and caught errors are, is
not followed: `NOT_FOUND` lists what stays unseen so, and `tests/answers.py` compares what happens.
"""

import ast
import inspect
import sys
import textwrap
from collections.abc import Iterator
from typing import Any

import pytest

from accounts.codes.sending import hand_over
from accounts.passwords.errors import PasswordsBusy
from accounts.pictures.errors import PicturesBusy, StorageUnavailable
from accounts.service.auth import ServiceKey
from accounts.sessions.bearer_auth import BearerToken
from accounts.staff.api_auth import StaffToken
from leads import access
from loopin.api import api
from loopin.errors import AppTooOld, DatabaseUnavailable, LoopinError, NotFound, ServerError
from loopin.web.openapi import BAD_BODY, BAD_FORM, CODES

OURS = ("accounts.", "leads.", "interests.", "loopin.")
NOT_FOUND = {
    "accounts.codes.sending.hand_over": set(hand_over.raises),
    "accounts.passwords.flows._compare": {PasswordsBusy},
    "accounts.passwords.flows.set_password": {PasswordsBusy},
    "accounts.pictures.flows.upload": {StorageUnavailable, PicturesBusy},
    "accounts.sessions.bearer_auth.BearerToken.__call__": set(BearerToken.authenticate.raises),
    "accounts.sessions.bearer_auth.get_caller": set(BearerToken.__call__.raises),
    "accounts.service.auth.ServiceKey.__call__": set(ServiceKey.authenticate.raises),
    "accounts.staff.api_auth.StaffToken.__call__": set(StaffToken.authenticate.raises),
}
"""What a thread that hands a message over keeps; what hashers raise, which Django calls; errors
that were kept with each file; what ninja calls between `__call__` and `authenticate`."""

NOT_RAISED = {"list_leads": {"lead_not_found"}}
"""It asks whether leads may be seen, and of no single one."""


def is_error(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, LoopinError)


def declared() -> dict[str, Any]:
    """Every function of ours with a declaration, by its name."""
    modules = [module for name, module in sys.modules.items() if name.startswith(OURS)]
    classes = [
        kind for module in modules for kind in vars(module).values() if isinstance(kind, type)
    ]
    values = [
        getattr(v, "__func__", v) for owner in modules + classes for v in [*vars(owner).values()]
    ]
    flows = [value for value in values if inspect.isfunction(value) and hasattr(value, "raises")]
    return {f"{flow.__module__}.{flow.__qualname__}": flow for flow in flows}


class Reading(ast.NodeVisitor):
    """`errors`: those that a body lets out; `names`: what its names mean."""

    def __init__(self, names: dict[str, Any]) -> None:
        self.names = names
        self.errors: set[type[LoopinError]] = set()

    def meaning(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Attribute):
            return getattr(self.meaning(node.value), node.attr, None)
        return self.names.get(node.id) if isinstance(node, ast.Name) else None

    def visit_Name(self, node: ast.Name) -> None:
        self._count(self.meaning(node))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._count(self.meaning(node))
        self.visit(node.value)

    def _count(self, meaning: Any) -> None:
        if is_error(meaning) and meaning is not LoopinError:
            self.errors.add(meaning)
        elif isinstance(meaning, access.Action):
            self.errors |= set(access.refusals(meaning))

    def visit_Call(self, node: ast.Call) -> None:
        self.generic_visit(node)
        self.errors |= errors_of(self.meaning(node.func))

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """Whoever calls it sees what it raises."""

    def visit_Try(self, node: ast.Try) -> None:
        """What is caught stays in, unless its handler raises it again."""
        inside = Reading(self.names)
        for statement in node.body:
            inside.visit(statement)
        for handler in node.handlers:
            caught = self._caught(handler.type)
            if not any(hands_on(part, handler.name) for part in ast.walk(handler)):
                inside.errors = {e for e in inside.errors if not issubclass(e, caught)}
            for statement in handler.body:
                self.visit(statement)
        self.errors |= inside.errors
        for statement in (*node.orelse, *node.finalbody):
            self.visit(statement)

    def _caught(self, node: ast.expr | None) -> tuple[type, ...]:
        parts = node.elts if isinstance(node, ast.Tuple) else [node] if node else []
        meanings = [self.meaning(part) for part in parts]
        return tuple(meaning for meaning in meanings if is_error(meaning))


def hands_on(node: ast.AST, caught: str | None) -> bool:
    """Whether a handler raises again, or returns, what it caught under this name."""
    if isinstance(node, ast.Raise) and node.exc is None:
        return True
    given = getattr(node, "exc" if isinstance(node, ast.Raise) else "value", None)
    is_given = isinstance(node, ast.Raise | ast.Return) and isinstance(given, ast.Name)
    return is_given and given.id == caught


_read: dict[Any, frozenset[type[LoopinError]]] = {}


def read(function: Any) -> frozenset[type[LoopinError]]:
    """What the body of a function can let out; by calling itself, nothing more."""
    if function not in _read:
        _read[function] = frozenset()
        found = [_read_layer(function, layer) for layer in layers(function)]
        _read[function] = frozenset().union(*found)
    return _read[function]


def layers(function: Any) -> Iterator[Any]:
    """The function, and those of ours that decorators put around it."""
    layer = getattr(function, "__func__", function)
    while hasattr(layer, "__wrapped__"):
        if inspect.isfunction(layer) and layer.__globals__["__name__"].startswith(OURS):
            yield layer
        layer = layer.__wrapped__
    yield layer


def _read_layer(function: Any, layer: Any) -> set[type[LoopinError]]:
    kind = layer.__globals__.get(layer.__qualname__.split(".")[0])
    owner = getattr(function, "__self__", kind)
    reading = Reading(layer.__globals__ | {"self": owner, "cls": owner})
    for statement in ast.parse(textwrap.dedent(inspect.getsource(layer.__code__))).body[0].body:
        reading.visit(statement)
    return reading.errors


def errors_of(function: Any) -> set[type[LoopinError]]:
    """What a call lets out: what is declared, or else read; nothing of other people's functions."""
    if hasattr(function, "raises"):
        return set(function.raises)
    is_ours = inspect.isroutine(function) and (function.__module__ or "").startswith(OURS)
    return set(read(function)) if is_ours else set()


def named_in(function: Any) -> set[Any]:
    """The functions that a body names, with or without their modules."""
    plain = inspect.unwrap(function)
    reading = Reading(plain.__globals__)
    nodes = ast.walk(ast.parse(textwrap.dedent(inspect.getsource(plain))))
    meanings = [reading.meaning(node) for node in nodes if isinstance(node, ast.expr)]
    return {meaning for meaning in meanings if inspect.isfunction(meaning)}


FLOWS = declared()
OPERATIONS = {
    operation.view_func.__qualname__: operation
    for _, router in api._routers
    for view in router.path_operations.values()
    for operation in view.operations
    if operation.include_in_schema
}
FOLLOWS = {
    error.code
    for error in (*BAD_BODY, *BAD_FORM, AppTooOld, DatabaseUnavailable, NotFound, ServerError)
}
"""What the description adds without a flow; the errors of `auth` beside them."""


@pytest.mark.parametrize("name", FLOWS)
def test_a_flow_raises_what_it_declares(name):
    flow = FLOWS[name]
    found = read(flow) - set(flow.cannot_raise) | NOT_FOUND.get(name, set())
    assert found == set(flow.raises)


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_documents_what_it_calls(name):
    operation = OPERATIONS[name]
    responses = operation.openapi_extra["responses"].values()
    codes = {code for told in responses for code in told.get(CODES, ())}
    ways_in = [type(way).__call__ for way in operation.auth_callbacks]
    follow = FOLLOWS | {error.code for way in ways_in for error in way.raises}
    found = {error.code for error in read(operation.view_func)} - NOT_RAISED.get(name, set())
    assert found <= codes <= found | follow
