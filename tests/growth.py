"""Measures how the time of reading a text grows with its length, for everything that reads one.

Run as a program, so that a pattern that never ends can be stopped: it prints what grows faster than
the text, as JSON. The patterns are found by reading the code, so that none can be forgotten.
"""

import ast
import importlib
import inspect
import itertools
import json
import pkgutil
import re
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from re import _parser as parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any

from loopin.web.http import MAX_PATH_CHARACTERS

OURS = ("loopin", "accounts", "leads", "interests")
READING = {
    *("compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"),
    *("RegexField", "RegexValidator", "re_path"),
}
"""Calls whose first argument is a pattern."""

CHARACTERS = 3_200
IS_FAST_SECONDS = 0.003
"""Whatever is read in this time cannot have grown faster than its length."""
IS_STOPPED_SECONDS = 1.0
GROWTH = 8
"""How many times as long the longer of two texts is; quadratic time is 64 times as much."""
IS_LINEAR = 24


class TooSlowError(Exception):
    pass


# --- What reads text


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

    of_settings = (settings.CORS_URLS_REGEX, *settings.SECURE_REDIRECT_EXEMPT)
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


# --- What is read


def samples(tree: Any) -> list[str]:
    """One text for each part of a parsed pattern."""
    return [_sample(op, value) for op, value in tree]


def _sample(op: Any, value: Any) -> str:  # noqa: C901, PLR0911  one for each kind of part
    name = str(op)
    if name == "LITERAL":
        return chr(value)
    if name == "NOT_LITERAL":
        return _outside(re.compile(f"[^{re.escape(chr(value))}]"))
    if name == "ANY":
        return "x"
    if name == "IN":
        return _of_class(value)
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        least, most, inside = value
        return "".join(samples(inside)) * min(max(least, 1), most)
    if name == "SUBPATTERN":
        return "".join(samples(value[3]))
    if name == "ATOMIC_GROUP":
        return "".join(samples(value))
    if name == "BRANCH":
        return "".join(samples(value[1][0]))
    return ""


def _outside(accepts: re.Pattern[str]) -> str:
    return next((c for c in "aA0 _-.x(\n\u0905" if accepts.fullmatch(c)), "a")


def _of_class(parts: Any) -> str:
    is_negated = str(parts[0][0]) == "NEGATE"
    chosen = []
    for op, value in parts[is_negated:]:
        name = str(op)
        if name == "LITERAL":
            chosen.append(chr(value))
        elif name == "RANGE":
            chosen.append(chr(value[0]))
        else:
            chosen.append({"SPACE": " ", "DIGIT": "1"}.get(str(value).split("_")[-1], "w"))
    if is_negated:
        return next(c for c in "x\u0905 0\n" if c not in chosen)
    return chosen[-1]


def parts_of(tree: Any) -> Iterator[str]:
    """The texts of a pattern's parts, of the parts inside them, and of its beginnings."""
    texts = samples(tree)
    yield from texts
    yield from itertools.accumulate(texts)
    for op, value in tree:
        if str(op) == "BRANCH":
            for branch in value[1]:
                yield from parts_of(branch)
        for inside in value if isinstance(value, tuple) else ():
            if isinstance(inside, parser.SubPattern):
                yield from parts_of(inside)


def inputs_for(pattern: re.Pattern[str]) -> Iterator[Callable[[int], str]]:
    tree = parser.parse(pattern.pattern, pattern.flags)
    beginnings = ["", *itertools.accumulate(samples(tree))]
    units = list(dict.fromkeys(part for part in parts_of(tree) if part))
    pairs = [a + b for a, b in itertools.product(units[:8], repeat=2)]
    yield from repeated([*units, *pairs])
    for beginning in dict.fromkeys(beginnings):
        yield from repeated(units, before=beginning)


TYPED = (
    *("a", " ", "0", "+", "-", ".", ",", "@", "a@", "a.", ":", "/", "(", "[", "{", '"', "'", "\n"),
    *("http://", "http://a", "en;q=0.1,", "en-", "Mozilla/5.0 (", "%2B9", "otp 1234", "otp"),
    *("Key (", "Key (a)=(", ") is ", "Failing row contains (", "eyJ", "eyJaaaaa.", 'password="'),
    *("Bearer ", "\u0301\u0316", "\u0915\u094d\u0937", "\u0966", "aA", "\u200d", "1-", "00"),
)


def inputs_for_readers() -> Iterator[Callable[[int], str]]:
    few = TYPED[::3]
    yield from repeated([*TYPED, *(a + b for a, b in itertools.product(few, repeat=2))])
    for beginning in ("http://", "a@", "Failing row contains (", "a"):
        yield from repeated(TYPED, before=beginning)


def repeated(units: Iterable[str], before: str = "") -> Iterator[Callable[[int], str]]:
    """Texts of any length: the unit again and again, ended so that nothing matches, or as it is."""
    for unit in dict.fromkeys(units):
        for after in ("", "\0"):
            yield (
                lambda size, unit=unit, after=after: (
                    before + unit * max(1, size // len(unit)) + after
                )
            )


# --- How long it takes


def is_superlinear(read: Callable[[str], Any], text_of: Callable[[int], str]) -> bool:
    """Whether reading takes far more time for a text eight times as long.

    Whatever shares the processor makes single measurements long, so the shortest of several counts,
    and what seems slow is measured again.
    """
    try:
        return all(_seems_superlinear(read, text_of) for _ in range(3))
    except TooSlowError:
        return True


def _seems_superlinear(read: Callable[[str], Any], text_of: Callable[[int], str]) -> bool:
    if seconds(read, text_of(CHARACTERS)) < IS_FAST_SECONDS:
        return False
    long = min(seconds(read, text_of(CHARACTERS)) for _ in range(3))
    short = min(seconds(read, text_of(CHARACTERS // GROWTH)) for _ in range(5))
    return long > IS_FAST_SECONDS and long > IS_LINEAR * short


def seconds(read: Callable[[str], Any], text: str) -> float:
    """How much CPU time reading took, refused or not; TooSlowError after a lot of it.

    Seconds on the wall would count what else the machine does.
    """
    signal.setitimer(signal.ITIMER_PROF, IS_STOPPED_SECONDS)
    began = time.thread_time()
    try:
        read(text)
    except TooSlowError:
        raise
    except Exception:
        return time.thread_time() - began
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return time.thread_time() - began


def stop(*args: Any) -> None:
    raise TooSlowError


def grows(read: Callable[[str], Any], inputs: Iterable[Callable[[int], str]]) -> str | None:
    """The beginning of a text whose reading takes too long, if there is one."""
    found = (text_of(60) for text_of in inputs if is_superlinear(read, text_of))
    return next(found, None)


def look_everywhere() -> dict[str, str]:
    found = {
        pattern.pattern: grows(reading(pattern, method, limit), inputs_for(pattern))
        for pattern, method, limit in patterns()
    }
    found |= {name: grows(read, inputs_for_readers()) for name, read in readers().items()}
    return {name: text for name, text in found.items() if text}


def main(asked: list[str]) -> None:
    signal.signal(signal.SIGPROF, stop)
    if asked:
        found = {
            p: grows(re.compile(p, re.DOTALL).search, inputs_for(re.compile(p))) for p in asked
        }
        print(json.dumps(found))
        return
    import django

    django.setup()
    print(json.dumps({"looked_at": len(patterns()) + len(readers()), "found": look_everywhere()}))


if __name__ == "__main__":
    main(sys.argv[1:])
