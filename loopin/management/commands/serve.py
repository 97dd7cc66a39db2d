from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from loopin.serving.server import serve


class Command(BaseCommand):
    help = "Serve the site with granian (WORKERS processes, WORKER_THREADS threads each)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--no-worker", action="store_true", help="`manage.py work` runs elsewhere"
        )

    def handle(self, *args: Any, host: str, port: int, no_worker: bool, **options: Any) -> None:
        serve(host, port, has_worker=not no_worker)
