"""The figures of a run as Markdown."""

from collections.abc import Callable, Iterator, Sequence

from benchmarks.peers.results import OPERATIONS, Counted, Result, Run

NONE = "–"


def render(run: Run) -> str:
    """All tables: the comparison, then each operation, then what the run was."""
    parts = ["### Requests a second", overview(run)]
    for operation, title in OPERATIONS.items():
        if any(one.rate(operation) for one in run.results):
            parts += [f"### {title}", of_operation(run, operation)]
    if any(one.counted for one in run.results):
        parts += ["### What a request asks of PostgreSQL", of_postgresql(run)]
    parts += ["### The run", _table(("", ""), list(run.conditions.items()))]
    return "\n\n".join(parts)


def overview(run: Run) -> str:
    """Requests a second of everybody, and what ours are of the best peer's and of the limit."""
    head = ("", *OPERATIONS, "MiB, peaks", "MiB, shared once")
    rows: list[tuple[str, ...]] = [
        (_name(one), *(_number(one.rate(name)) for name in OPERATIONS), *_memory(one))
        for one in run.results
    ]
    for one in run.results:
        if one.is_ours:
            rows.append((f"{one.name} ÷ best peer", *_ratios(run, one, run.best_peer), "", ""))
            rows.append((f"{one.name} ÷ bare WSGI", *_ratios(run, one, _bare_of(run)), "", ""))
    return _table(head, rows)


def of_operation(run: Run, operation: str) -> str:
    head = (
        *("", "Requests/s", "÷ best peer", "÷ bare WSGI", "p50 ms", "p99 ms", "p99 ÷ p50"),
        *("CPU µs, server", "CPU µs, PostgreSQL"),
    )
    best, bare = run.best_peer(operation), run.bare()
    rated = [one for one in run.results if one.rate(operation)]
    rated.sort(key=lambda one: -(one.rate(operation) or 0))
    return _table(head, [_row(one, operation, best, bare) for one in rated])


def _row(one: Result, operation: str, best: Result | None, bare: Result | None) -> tuple[str, ...]:
    p50, p99 = one.middle(operation, "p50"), one.middle(operation, "p99")
    return (
        _name(one),
        _number(one.rate(operation)),
        _ratio(one, best, operation),
        _ratio(one, bare, operation),
        f"{p50:.1f}",
        f"{p99:.1f}",
        f"{p99 / p50:.1f}",
        _number(one.middle(operation, "server_cpu")),
        _number(one.middle(operation, "database_cpu")),
    )


def of_postgresql(run: Run) -> str:
    """What a request asks of PostgreSQL, where somebody counted it."""
    head = ("", "", "Round trips", "Statements", "Pages", "Rows written", "WAL bytes")
    rows = [
        (operation, _name(one), *_cells(one.counted[operation]))
        for operation in OPERATIONS
        for one in run.results
        if operation in one.counted
    ]
    return _table(head, rows)


def _cells(counted: Counted) -> tuple[str, ...]:
    few = (f"{value:.3g}" for value in (counted.trips, counted.statements))
    return (*few, _number(counted.pages), f"{counted.rows:.3g}", _number(counted.wal))


def _ratios(run: Run, one: Result, other: Callable[[str], Result | None]) -> Iterator[str]:
    for operation in OPERATIONS:
        yield _ratio(one, other(operation), operation)


def _bare_of(run: Run) -> Callable[[str], Result | None]:
    return lambda _: run.bare()


def _ratio(one: Result, other: Result | None, operation: str) -> str:
    rate, its = one.rate(operation), other.rate(operation) if other else None
    return f"{rate / its:.2f}" if rate and its else NONE


def _memory(one: Result) -> tuple[str, str]:
    if not one.memory:
        return NONE, NONE
    return _number(max(one.memory)), _number(max(one.memory_shared_once))


def _name(one: Result) -> str:
    return f"**{one.name}**" if one.is_ours else one.name


def _number(value: float | None) -> str:
    """With a thin gap between the thousands."""
    return NONE if value is None else f"{value:,.0f}".replace(",", " ")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
