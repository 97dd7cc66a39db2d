"""Whether asking for a code takes longer for known numbers than for unknown ones.

python -m benchmarks.known_numbers

`UNIFIED_SIGNUP` is on, so the answers are the same. They are asked for in turns, so that both meet
the same machine.
"""

import statistics

from benchmarks.burst import NO_FLOOD
from benchmarks.load import drive
from benchmarks.message import post
from benchmarks.site import migrated, served

PAIRS = 200


def main() -> None:
    with migrated(UNIFIED_SIGNUP="true", **NO_FLOOD) as here:
        from benchmarks import in_process  # noqa: PLC0415  the settings come first
        from benchmarks.cast import Cast  # noqa: PLC0415

        Cast(in_process.send, here.folder / "log")
        with served(here.database_pid) as site:
            print(_compared(site.port))


def _compared(port: int) -> str:
    latencies: dict[str, list[float]] = {"known": [], "unknown": []}
    for number in range(PAIRS):
        numbers = {"known": f"+9197{number:08}", "unknown": f"+9196{number * 1009:08}"}
        for kind, phone_number in numbers.items():
            request = post("/api/auth/signup", phone_number=phone_number)
            latencies[kind] += drive(port, [request], status=200, connections=1).latencies
    told = (f"{kind} {_spread(of)} ms" for kind, of in latencies.items())
    return f"signup, {PAIRS} each, median (from the tenth to the ninetieth): {', '.join(told)}"


def _spread(seconds: list[float]) -> str:
    tenths = [1000 * tenth for tenth in statistics.quantiles(seconds, n=10)]
    return f"{tenths[4]:.1f} ({tenths[0]:.1f}–{tenths[8]:.1f})"


if __name__ == "__main__":
    main()
