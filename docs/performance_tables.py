"""The tables of docs/performance.md: what `make bench` measured last, and the budgets."""

from benchmarks import budgets
from benchmarks.peers import results, tables
from docs.blocks import table


def render_comparison() -> str:
    """What the last run on a quiet machine measured."""
    if not results.FILE.exists():
        return "`make bench` was not run."
    return tables.render(results.load())


def render_budgets() -> str:
    """What each request may cost."""
    head = ("Request", "Round trips", "Statements", "Calls of Python functions", "Bytes")
    rows = [
        (f"`{name}`", *(f"{value:,}".replace(",", " ") for value in vars(budget).values()))
        for name, budget in budgets.REQUESTS.items()
    ]
    return table(head, rows)


def render_modules() -> str:
    """What each kind of process may load."""
    rows = [(process, str(count)) for process, count in budgets.MODULES.items()]
    return table(("Process", "Modules"), rows)
