"""The figures as a Markdown table."""

import statistics
from dataclasses import dataclass

from benchmarks.operations import BASELINE

HEAD = (
    "| operation | requests/s (lowest–highest) | × hello | p50 ms | p99 ms "
    "| CPU µs: workers | PostgreSQL | statements | with transaction control |"
)


@dataclass(frozen=True)
class Round:
    """One operation in one round.

    CPU in microseconds a request, latency in milliseconds; the load's share is of one core.
    """

    rate: float
    p50: float
    p99: float
    server_cpu: float
    database_cpu: float
    load_share: float


def table(rounds: dict[str, list[Round]], statements: dict[str, tuple[int, int]]) -> str:
    """Medians over the rounds; ratios are of the same round."""
    rows = [_row(name, measured, rounds, statements[name]) for name, measured in rounds.items()]
    return "\n".join([HEAD, "| --- |" + " ---: |" * 8, *rows])


def _row(
    name: str, measured: list[Round], rounds: dict[str, list[Round]], counts: tuple[int, int]
) -> str:
    rates = [one.rate for one in measured]
    hello = [one.rate for one in rounds[BASELINE]]
    ratio = statistics.median(a / b for a, b in zip(rates, hello, strict=True))
    plain, control = counts
    cells = (
        name,
        f"{statistics.median(rates):.0f} ({min(rates):.0f}–{max(rates):.0f})",
        f"{ratio:.2f}",
        f"{statistics.median(one.p50 for one in measured):.1f}",
        f"{statistics.median(one.p99 for one in measured):.1f}",
        f"{statistics.median(one.server_cpu for one in measured):.0f}",
        f"{statistics.median(one.database_cpu for one in measured):.0f}",
        f"{plain}",
        f"{plain + control}",
    )
    return f"| {' | '.join(cells)} |"
