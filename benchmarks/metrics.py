"""What metrics cost a request: the same requests with and without, in turns.

python -m benchmarks.metrics
"""

import argparse
import multiprocessing
import statistics
import time
from typing import TYPE_CHECKING

from benchmarks.costs_process import ALL_ON_ONE_DAY
from benchmarks.site import migrated

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from benchmarks.cast import Cast
    from benchmarks.message import Request

NAMES = ("hello", "verify-otp", "profile")
WARM_UP = 50


def main() -> None:
    options = _options()
    with migrated(**ALL_ON_ONE_DAY) as here:
        from benchmarks import in_process  # noqa: PLC0415  the settings come first
        from benchmarks.cast import Cast  # noqa: PLC0415

        cast = Cast(in_process.send, here.folder / "log")
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in NAMES}
        for _ in range(options.rounds):
            on, off = (_measure(cast, options.requests, is_on=is_on) for is_on in (True, False))
            for name in NAMES:
                found[name].append((on[name], off[name]))
    print("| request | µs with | µs without | ratio, median (lowest–highest) |")
    print("| --- | ---: | ---: | ---: |")
    for name, pairs in found.items():
        ratios = [with_metrics / without for with_metrics, without in pairs]
        with_metrics, without = (statistics.median(side) for side in zip(*pairs, strict=True))
        ratio = f"{statistics.median(ratios):.3f} ({min(ratios):.3f}–{max(ratios):.3f})"
        print(f"| {name} | {with_metrics:.1f} | {without:.1f} | {ratio} |")


def _measure(cast: "Cast", count: int, *, is_on: bool) -> dict[str, float]:
    """CPU microseconds a request, by operation, in a process of its own."""
    from django.db import connections  # noqa: PLC0415

    from benchmarks.operations import OPERATIONS  # noqa: PLC0415

    requests = {name: OPERATIONS[name].requests(cast, WARM_UP + count) for name in NAMES}
    connections.close_all()
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    process = context.Process(target=_answer, args=[there, requests, is_on])
    process.start()
    there.close()
    found: dict[str, float] = here.recv()
    process.join()
    return found


def _answer(there: "Connection", requests: "dict[str, list[Request]]", is_on: bool) -> None:
    from django.conf import settings  # noqa: PLC0415
    from django.core.handlers.wsgi import WSGIHandler  # noqa: PLC0415

    from benchmarks import in_process  # noqa: PLC0415
    from loopin.metrics.recording import recording  # noqa: PLC0415

    settings.METRICS_PORT = 9464 if is_on else 0
    found = {}
    with recording():
        in_process.application = WSGIHandler()
        for name, asked in requests.items():
            in_process.send(asked[:WARM_UP], 200)
            began = time.process_time()
            in_process.send(asked[WARM_UP:], 200)
            found[name] = (time.process_time() - began) / len(asked[WARM_UP:]) * 1e6
    there.send(found)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure what metrics cost a request.")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--requests", type=int, default=1500, help="of each kind in a round")
    return parser.parse_args()


if __name__ == "__main__":
    main()
