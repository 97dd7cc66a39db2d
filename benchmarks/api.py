"""Requests per second of the API, beside those of a bare JSON view on the same server.

python -m benchmarks.api
python -m benchmarks.api --profile verify-otp
"""

import argparse
import signal
import sys

import django
from django.core.management import call_command

from benchmarks.site import database, served, temporary_folder, use


def main() -> None:
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))  # and so clean up
    with temporary_folder() as folder, database(folder) as (url, database_pid):
        use(url, folder)
        django.setup()
        call_command("migrate", verbosity=0)
        from benchmarks import in_process, rounds  # noqa: PLC0415  the settings come first
        from benchmarks.cast import Cast  # noqa: PLC0415

        cast = Cast(in_process.send, folder / "log")
        if options.profile:
            in_process.profile(cast, options.profile, options.requests)
            return
        statements = in_process.statements(cast)
        with served(database_pid) as site:
            rounds.run(site, cast, options, statements)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the API beside a bare JSON view.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=3000, help="of each operation in a round")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--profile", metavar="OPERATION", help="where its time goes, in-process")
    return parser.parse_args()


if __name__ == "__main__":
    main()
