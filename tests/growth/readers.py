"""What reads text: the patterns, which are found by reading the code, so that none can be
forgotten, and the functions that read a client's text."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

from loopin.web.http import MAX_PATH_CHARACTERS

OURS = ("loopin", "accounts", "leads", "interests")
READING = {
    *("compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"),
    *("RegexField", "RegexValidator", "re_path"),
}
"""Calls whose first argument is a pattern."""


def modules() -> list[ModuleType]:
    names = [
        found.name
        for package in OURS
        for found in pkgutil.walk_packages([package], f"{package}.")
        if ".migrations" not in found.name and ".formats" not in found.name
    ]
    return [importlib.import_module(name) for name in names]


def written_patterns(module: ModuleType) -> Iterator[tuple[re.Pattern[str], str]]:
    """The patterns that the module's code writes, wherever in it they stand, and how it uses each.

    `re.compile` without a method behind it may be used in any way; the slowest stands for it.
    """
    tree = ast.parse(Path(module.__file__ or "").read_text())
    methods = {node.value: node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        of_re = getattr(getattr(node.func, "value", None), "id", "re") == "re"
        pattern = _value(node.args[0], module) if name in READING and of_re else None
        if isinstance(pattern, str):
            used = methods.get(node, name)
            yield (
                re.compile(pattern, _flags(node, module)),
                (used if used in ("match", "fullmatch", "search") else "findall"),
            )


def _flags(call: ast.Call, module: ModuleType) -> Any:
    named = [word.value for word in call.keywords if word.arg == "flags"]
    others = [_value(node, module) for node in (*call.args[1:], *named)]
    return next((value for value in others if isinstance(value, re.RegexFlag)), 0)


def _value(node: ast.expr, module: ModuleType) -> Any:
    """What an expression means at the module's level; None for what only a function knows."""
    try:
        return eval(compile(ast.Expression(node), "", "eval"), vars(module))
    except NameError:
        return None


def url_patterns(resolver: Any) -> Iterator[re.Pattern[str]]:
    for pattern in resolver.url_patterns:
        yield pattern.pattern.regex
        if hasattr(pattern, "url_patterns"):
            yield from url_patterns(pattern)


def limits() -> dict[str, int]:
    """The modules whose patterns read no more characters than that; `readers` has the functions
    that see to it."""
    from leads.transfer.reading import cells, column_names, dates, phones

    return {
        phones.__name__: phones.MAX_CELL,
        cells.__name__: phones.MAX_CELL,
        dates.__name__: dates.MAX_CHARACTERS,
        column_names.__name__: column_names.MAX_NAME,
    }


def patterns() -> set[tuple[re.Pattern[str], str, int | None]]:
    """Every pattern, the method that is used of it, and how many characters it reads at most."""
    from django.conf import settings
    from django.urls import get_resolver

    of_settings = tuple(settings.SECURE_REDIRECT_EXEMPT)
    limited = limits()
    written = {
        (pattern, method, limited.get(module.__name__))
        for module in modules()
        for pattern, method in written_patterns(module)
    }
    written |= {(re.compile(pattern), "search", None) for pattern in of_settings}
    # Addresses that are longer than any of ours match no route.
    routes = url_patterns(get_resolver())
    return written | {(pattern, "search", MAX_PATH_CHARACTERS) for pattern in routes}


def reading(pattern: re.Pattern[str], method: str, limit: int | None) -> Callable[[str], Any]:
    """What is done with a pattern."""
    read: Callable[[str], Any] = getattr(pattern, method)
    return read if limit is None else lambda text: read(text[:limit])


def readers() -> dict[str, Callable[[str], Any]]:
    """Functions that read a client's text: every rule of one text, and what has none of that
    form."""
    from django.utils.translation.trans_real import parse_accept_lang_header

    from accounts import rules
    from accounts.codes import rules as code_rules
    from accounts.models import recovery_code
    from accounts.phone import numbers
    from accounts.profile import birth_date
    from accounts.sessions import user_agent
    from leads import rules as lead_rules
    from leads.desk import cursor
    from leads.transfer.reading import cells, column_names, dates, phones
    from loopin.logs.redaction import redact
    from loopin.text import ids
    from loopin.web import client_network

    read = (rules, code_rules, lead_rules, numbers, user_agent, cursor, ids)
    found: dict[str, Callable[[str], Any]] = {
        f"{module.__name__}.{name}": function
        for module in (*read, birth_date, recovery_code, client_network)
        for name, function in vars(module).items()
        if inspect.isfunction(function)
        and function.__module__ == module.__name__
        and takes_one_text(function)
    }
    return found | {
        "cell without anything": cells.is_blank,
        "cell with a number": cells.looks_like_number,
        "number of a row": lambda text: phones.find([text], [0], region="IN"),
        "follow-up": lambda text: dates.follow_up(text, today=date(2026, 1, 1)),
        "name of a column": column_names.field_named,
        "find_code": lambda text: code_rules.find_code(text, 4),
        "normalise in its country": lambda text: numbers.normalise("+91" + text),
        "redact": lambda text: redact(text, max_characters=len(text)),
        "accept-language": parse_accept_lang_header,
    }


def takes_one_text(function: Callable[..., Any]) -> bool:
    wanted = [
        one
        for one in inspect.signature(function).parameters.values()
        if one.default is one.empty and one.kind is not one.VAR_KEYWORD
    ]
    return len(wanted) == 1 and wanted[0].annotation in (str, "str", object)
