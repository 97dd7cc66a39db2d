"""A checkout of the product that answers requests in its own process, one order after another.

python -P costs_process.py DATABASE_URL FOLDER

Its folder is the checkout's, so `benchmarks.costs` of one revision measures any other: what it
imports belongs to the measured checkout, and is what each of them has. Orders and answers are lines
of JSON: `{"prepare": "signup", "count": 20}`, `{"send": 1, "profiled": true}`.
"""

import json
import os
import sys
import time
from collections import Counter
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import django
from django.core.management import call_command

from benchmarks.site import use

ALL_ON_ONE_DAY = {"SMS_DAILY_BUDGET": "0", "PROOF_OF_WORK": "track"}
"""Nobody works for a code, though many people come at once; what is counted stays the same."""

FEW = 20
"""Customers: making more of them would take longer than what is counted."""


class Process:
    """Keeps requests that are ready, and sends them when told to."""

    def __init__(self, folder: Path) -> None:
        from benchmarks import cast, in_process  # noqa: PLC0415  the settings come first
        from benchmarks.operations import OPERATIONS  # noqa: PLC0415

        self.operations = OPERATIONS
        self._send = in_process.send
        cast.CUSTOMERS = FEW
        self._cast = cast.Cast(in_process.send, folder / "log")
        self._ready: list[Any] = []
        self._status = 200

    def obey(self, order: dict[str, Any]) -> dict[str, Any]:
        if "modules" in order:
            return {"modules": sorted(sys.modules)}
        if "prepare" in order:
            operation = self.operations[order["prepare"]]
            self._status = operation.status
            self._ready = operation.requests(self._cast, order["count"])
            return {}
        taken, self._ready = self._ready[: order["send"]], self._ready[order["send"] :]
        calls: Counter[CodeType] = Counter()
        if order.get("profiled"):
            sys.setprofile(_counter(calls))
        started_at = time.process_time()
        answers = self._send(taken, self._status)
        seconds = time.process_time() - started_at
        sys.setprofile(None)
        return {
            "cpu": seconds,
            "calls": _by_file(calls),
            "bytes": sum(len(answer.partition(b"\r\n\r\n")[2]) for answer in answers),
        }


def _counter(calls: Counter[CodeType]) -> Any:
    """Counts each call of a Python function, and each time a generator goes on."""

    def count(frame: FrameType, event: str, _: Any) -> None:
        if event == "call":
            calls[frame.f_code] += 1

    return count


def _by_file(calls: Counter[CodeType]) -> dict[str, int]:
    files: Counter[str] = Counter()
    for code, count in calls.items():
        files[code.co_filename] += count
    return files


def main() -> None:
    url, folder, *rest = sys.argv[1:]
    use(url, Path(folder))
    os.environ |= ALL_ON_ONE_DAY
    django.setup()
    if "--migrated" not in rest:
        call_command("migrate", verbosity=0)
    process = Process(Path(folder))
    print(json.dumps({"operations": list(process.operations)}), flush=True)
    for line in sys.stdin:
        print(json.dumps(process.obey(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
