"""What a request may cost, and what the server may load: the one table of it.

python -m benchmarks.budgets

Counts are the same on a busy machine, so `make check` and the tests compare them. Whoever makes
something cheaper lowers its line; whoever has to raise one says why in the commit.
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from benchmarks.costs import checkouts
from benchmarks.counted import Cost, Counted
from benchmarks.loaded_modules import loaded_modules
from benchmarks.site import ROOT

ROOM = 1.1
"""Calls, bytes and modules may be a tenth above their budget: Python and libraries change them."""


@dataclass(frozen=True)
class Budget:
    """`trips`: waiting for PostgreSQL. `statements`: with BEGIN and COMMIT.

    `calls`: of Python functions. `bytes`: of the answer's body.
    """

    trips: int
    statements: int
    calls: int
    bytes: int


REQUESTS = {
    "signup": Budget(trips=2, statements=2, calls=1290, bytes=196),
    "verify-otp": Budget(trips=2, statements=2, calls=1089, bytes=802),
    "verify-otp known": Budget(trips=2, statements=2, calls=1089, bytes=802),
    "profile": Budget(trips=1, statements=1, calls=473, bytes=815),
    "event-interests": Budget(trips=0, statements=0, calls=348, bytes=1403),
    "hello": Budget(trips=0, statements=0, calls=319, bytes=19),
    "leads poll 304": Budget(trips=0, statements=0, calls=193, bytes=0),
}
"""By the name of the operation, with everything on and caches filled."""

MODULES = {"server": 350, "web process": 1791}
"""By the kind of process: how many modules it has loaded when it is ready."""

NOT_IN_SERVER = (
    *("accounts", "interests", "leads", "loopin.settings", "loopin.web"),
    *("cryptography", "django.contrib", "django.db.models", "django.http", "phonenumbers"),
    *("psycopg", "pydantic"),
)
"""What the process that keeps the web processes running never loads, nor what is below it."""

NOT_IN_WEB_PROCESS = (
    *("PIL", "loopin.doctor", "opentelemetry", "phonenumbers.geodata", "pi_heif"),
    *("prometheus_client", "requests", "segno", "sentry_sdk"),
)
"""Likewise a process that has answered all these requests, in test mode and without reports."""


def exceeded(process: Counted) -> Iterator[str]:
    """A sentence for each budget that a request does not keep to."""
    for name, budget in REQUESTS.items():
        cost = process.cost(name)
        yield from _exceeded(name, budget, cost)
    if found := unwanted(process.modules(), NOT_IN_WEB_PROCESS):
        yield f"A web process loads {', '.join(found)}."


def _exceeded(name: str, budget: Budget, cost: Cost) -> Iterator[str]:
    trips, statements = cost.traffic.trips, cost.traffic.statements
    waited = "\n    ".join(" ".join(sql.split()) for sql in statements)
    if trips > budget.trips:
        yield f"{name}: {trips} round trips instead of {budget.trips}:\n    {waited}"
    if len(statements) > budget.statements:
        yield f"{name}: {len(statements)} statements instead of {budget.statements}"
    if cost.calls > budget.calls * ROOM:
        most = ", ".join(f"{package} {n}" for package, n in cost.packages.most_common(8))
        yield f"{name}: {cost.calls} calls of Python functions instead of {budget.calls}: {most}"
    if cost.bytes > budget.bytes * ROOM:
        yield f"{name}: {cost.bytes} bytes instead of {budget.bytes}"


def unwanted(modules: Iterable[str], names: tuple[str, ...]) -> list[str]:
    """Those of the modules that have one of the names, or are below it."""
    return [module for module in modules if f"{module}.".startswith(tuple(f"{n}." for n in names))]


def exceeded_modules() -> Iterator[str]:
    """A sentence for each kind of process that loads too much."""
    loaded = loaded_modules()
    if found := unwanted(loaded["server"], NOT_IN_SERVER):
        yield f"The server loads {', '.join(found)}."
    for process, modules in loaded.items():
        if len(modules) > MODULES[process] * ROOM:
            yield (
                f"The {process} loads {len(modules)} modules instead of {MODULES[process]};"
                " `python -m benchmarks.loaded_modules --by-package` says which."
            )


def main() -> None:
    with checkouts([ROOT]) as [process]:
        found = [*exceeded_modules(), *exceeded(process)]
    sys.exit("\n".join(found) or None)


if __name__ == "__main__":
    main()
