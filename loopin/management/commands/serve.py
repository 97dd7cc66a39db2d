import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

from django.core.management.base import (
    BaseCommand,
    CommandError,
    CommandParser,
    handle_default_options,
)

from loopin.serving.handover import pid_at
from loopin.serving.options import read
from loopin.serving.server import READY_SECONDS, serve

LOOK_SECONDS = 0.1


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # the first web process runs them: it has the apps
    help = "Serve the site with granian (WORKERS processes, WORKER_THREADS threads each)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--no-worker", action="store_true", help="`manage.py work` runs elsewhere"
        )
        parser.add_argument(
            "--replace",
            action="store_true",
            help="take the place of the server at this address, which drops no request",
        )
        parser.add_argument(
            "--ready-within",
            type=float,
            default=READY_SECONDS,
            metavar="SECONDS",
            help="how long to wait until all processes are ready, before giving --replace up",
        )
        parser.add_argument(
            "--detach",
            action="store_true",
            help="return once the server serves, and leave it running: for ExecReload= of systemd",
        )

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        if options["detach"]:
            _start_detached(host, port, options)
            return
        server_options = read()
        server_options.begin_log()
        serve(
            host,
            port,
            server_options,
            has_worker=not options["no_worker"],
            replaces=options["replace"],
            ready_seconds=options["ready_within"],
        )


def main(arguments: Sequence[str]) -> None:
    """Run the command like `run_from_argv`, which asks the settings for databases at its end."""
    command = Command()
    vars(command).update(_called_from_command_line=True)  # mistakes are told with the usage
    parser = command.create_parser(*arguments[:2])
    options = parser.parse_args(arguments[2:])
    handle_default_options(options)
    try:
        command.execute(**vars(options))
    except CommandError as error:
        if options.traceback:
            raise
        command.stderr.write(f"{type(error).__name__}: {error}")
        sys.exit(error.returncode)


def _start_detached(host: str, port: int, options: dict[str, Any]) -> None:
    """Start the same command without --detach, and wait until it serves or has ended."""
    command = [sys.executable, sys.argv[0], "serve", "--host", host, "--port", str(port)]
    command += ["--ready-within", str(options["ready_within"])]
    command += [f"--{name.replace('_', '-')}" for name in ("no_worker", "replace") if options[name]]
    process = subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.DEVNULL, start_new_session=True
    )
    while process.poll() is None:
        if pid_at(host, port) == process.pid:
            return
        time.sleep(LOOK_SECONDS)
    raise CommandError("The server has ended: its last line says why.")
