"""What was measured, as it is kept between a run and the documents."""

import json
import statistics
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("results.json")

OPERATIONS = {
    "code": "Asking for a code, a new number",
    "verify": "Verifying a new number",
    "profile": "Reading the profile",
    "list": "Listing the interests",
    "hello": "A bare JSON view",
}


@dataclass(frozen=True)
class Measured:
    """An operation of a candidate in one round: milliseconds, and microseconds of CPU a request."""

    rate: float
    p50: float
    p99: float
    server_cpu: float
    database_cpu: float
    count: int
    wrong: int


@dataclass(frozen=True)
class Counted:
    """Of one request of a candidate by itself.

    `statements`: with those that only begin and end transactions. `pages`: looked at, of 8 KiB.
    `rows`: inserted, changed and deleted. `wal`: bytes.
    """

    trips: float
    statements: float
    pages: float
    rows: float
    wal: float


@dataclass
class Result:
    """A candidate: what each round measured by operation, MiB at its peak and with shared pages
    once, and what was counted."""

    name: str
    is_peer: bool
    is_ours: bool
    rounds: dict[str, list[Measured]] = field(default_factory=dict)
    memory: list[float] = field(default_factory=list)
    memory_shared_once: list[float] = field(default_factory=list)
    counted: dict[str, Counted] = field(default_factory=dict)

    def rate(self, operation: str) -> float | None:
        measured = self.rounds.get(operation)
        return statistics.median(one.rate for one in measured) if measured else None

    def middle(self, operation: str, figure: str) -> float:
        """The median of a figure over the rounds."""
        return float(statistics.median(getattr(one, figure) for one in self.rounds[operation]))


@dataclass
class Run:
    """`conditions` are the facts of the run, by name, as they are printed."""

    conditions: dict[str, str]
    results: list[Result]

    def best_peer(self, operation: str) -> Result | None:
        rated = [one for one in self.results if one.is_peer and one.rate(operation)]
        return max(rated, key=lambda one: one.rate(operation) or 0, default=None)

    def bare(self) -> Result | None:
        others = (one for one in self.results if not one.is_peer and not one.is_ours)
        return next(others, None)


def save(run: Run, path: Path = FILE) -> None:
    path.write_text(json.dumps(asdict(run), indent=1) + "\n", encoding="utf-8")


def load(path: Path = FILE) -> Run:
    """Raises FileNotFoundError where nothing has been measured."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    return Run(kept["conditions"], [_result(one) for one in kept["results"]])


def _result(kept: dict[str, Any]) -> Result:
    rounds = {
        operation: [Measured(**one) for one in measured]
        for operation, measured in kept["rounds"].items()
    }
    counted = {operation: Counted(**one) for operation, one in kept["counted"].items()}
    return Result(**(kept | {"rounds": rounds, "counted": counted}))
