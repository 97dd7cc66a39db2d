"""Where the CPU of one operation goes, by package and by function, in this process.

python -m benchmarks.cpu_profile signup
"""

import argparse
import os
import signal
import sys

import django
from django.core.management import call_command

from benchmarks.costs_process import ALL_ON_ONE_DAY
from benchmarks.site import database, temporary_folder, use


def main() -> None:
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))  # and so clean up
    with temporary_folder() as folder, database(folder) as (url, _):
        use(url, folder)
        os.environ |= ALL_ON_ONE_DAY
        django.setup()
        call_command("migrate", verbosity=0)
        from benchmarks import in_process  # noqa: PLC0415  the settings come first
        from benchmarks.cast import Cast  # noqa: PLC0415

        in_process.profile(
            Cast(in_process.send, folder / "log"), options.operation, options.requests
        )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Show where the CPU of an operation goes.")
    parser.add_argument("operation", help="as `benchmarks.costs` lists them")
    parser.add_argument("--requests", type=int, default=1000)
    return parser.parse_args()


if __name__ == "__main__":
    main()
