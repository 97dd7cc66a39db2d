"""Where the CPU of one operation goes, by package and by function, in this process.

python -m benchmarks.cpu_profile signup
"""

import argparse

from benchmarks.costs_process import ALL_ON_ONE_DAY
from benchmarks.site import migrated


def main() -> None:
    options = _options()
    with migrated(**ALL_ON_ONE_DAY) as here:
        from benchmarks import in_process  # noqa: PLC0415  the settings come first
        from benchmarks.cast import Cast  # noqa: PLC0415

        cast = Cast(in_process.send, here.folder / "log")
        in_process.profile(cast, options.operation, options.requests)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Show where the CPU of an operation goes.")
    parser.add_argument("operation", help="as `benchmarks.costs` lists them")
    parser.add_argument("--requests", type=int, default=1000)
    return parser.parse_args()


if __name__ == "__main__":
    main()
