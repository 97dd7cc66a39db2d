"""A checkout in a process of its own whose requests are counted, one by one."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks import wire
from benchmarks.packages import package_of

WARM_UP = 12
"""Requests before the first that counts: caches are filled, and statements prepared."""

COUNTED = 7


@dataclass(frozen=True)
class Cost:
    """Of one request, the median of several.

    `packages`: calls of Python functions in the thread that answers. `bytes`: of the body.
    """

    traffic: wire.Traffic
    packages: Counter[str]
    bytes: int

    @property
    def calls(self) -> int:
        return self.packages.total()


class Counted:
    """`operations` are the names of what can be counted."""

    def __init__(self, root: Path, process: subprocess.Popen[str], between: wire.Wire) -> None:
        self.root = root
        self._process = process
        self._wire = between
        self.operations: list[str] = self._answer()["operations"]

    def cost(self, name: str) -> Cost:
        """Raises RuntimeError if the process ends, for example at a wrong answer."""
        self._tell(prepare=name, count=WARM_UP)
        self._tell(send=WARM_UP)
        self._tell(prepare=name, count=COUNTED)
        costs = sorted((self._cost() for _ in range(COUNTED)), key=lambda cost: cost.calls)
        typical = costs[COUNTED // 2]
        by_trips = sorted((cost.traffic for cost in costs), key=lambda traffic: traffic.trips)
        return replace(typical, traffic=by_trips[COUNTED // 2])

    def modules(self) -> list[str]:
        """The names of those that the process has loaded by now."""
        return list(self._tell(modules=True)["modules"])

    def cpu(self, name: str, count: int) -> float:
        """Seconds that so many requests took."""
        self._tell(prepare=name, count=count)
        return float(self._tell(send=count)["cpu"])

    def _cost(self) -> Cost:
        self._wire.take()
        told = self._tell(send=1, profiled=True)
        traffic = self._wire.take()
        packages: Counter[str] = Counter()
        for file, count in told["calls"].items():
            packages[package_of(file, self.root)] += count
        return Cost(traffic, packages, told["bytes"])

    def _tell(self, **order: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"The process in {self.root} ended; its error stands above.")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def counted(
    root: Path, folder: Path, socket_folder: str, database: str, *, is_migrated: bool = False
) -> Iterator[Counted]:
    """The checkout at `root`, on a database of the server whose socket is in `socket_folder`."""
    (folder / "static").mkdir(parents=True)
    (folder / "log").touch()
    with wire.counted(folder / "socket", socket_folder) as between:
        url = f"postgresql://postgres@/{database}?host={between.folder}"
        words = [str(Path(__file__).with_name("costs_process.py")), url, str(folder)]
        process = subprocess.Popen(
            [sys.executable, "-P", *words, *(["--migrated"] if is_migrated else [])],
            cwd=root,
            env=os.environ | {"PYTHONPATH": str(root)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            yield Counted(root, process, between)
        finally:
            process.terminate()
            process.wait()
