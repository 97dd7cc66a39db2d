"""What is read: texts of any length, made of the parts of a pattern or of what people type."""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any


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
