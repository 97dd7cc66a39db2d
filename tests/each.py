"""Many cases in one test."""

import functools
import inspect
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction

from interests.listing import listing

type_of_test = Callable[..., None]


def each(names: str, cases: Collection[Any]) -> Callable[[type_of_test], type_of_test]:
    """The test once, with a subtest per case; `names` are separated by commas.

    `pytest.mark.parametrize` makes a test of each case, with its fixtures set up anew. Here they
    are set up once, so this is for cases that leave nothing behind but rows, which are taken back.
    A case that fails is reported with its values, and the others are still tried. Cases whose
    values say little come as a mapping: its keys are their names.
    """
    split = [name.strip() for name in names.split(",")]
    assert cases, "a test without cases cannot fail"

    def decorate(test: type_of_test) -> type_of_test:
        asked = [name for name in inspect.signature(test).parameters if name not in split]

        @functools.wraps(test)
        def run(subtests: Any, **fixtures: Any) -> None:
            if "subtests" in asked:
                fixtures["subtests"] = subtests
            for title, values in _titled(split, cases):
                with subtests.test(*title, **({} if title else values)), taken_back():
                    test(**fixtures | values)

        run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [
                inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY)
                for name in ("subtests", *(name for name in asked if name != "subtests"))
            ]
        )
        return run

    return decorate


def _titled(
    names: list[str], cases: Collection[Any]
) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    is_named = isinstance(cases, Mapping)
    for case in cases:
        values = cases[case] if isinstance(cases, Mapping) else case
        values = values if len(names) > 1 else [values]
        yield (case,) if is_named else (), dict(zip(names, values, strict=True))


@contextmanager
def taken_back() -> Iterator[None]:
    """What happens inside leaves no rows and nothing in the cache."""
    if not connection.in_atomic_block:  # a test without the database
        yield
        return
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    cache.clear()
    listing.forget()
