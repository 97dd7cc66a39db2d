from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from loopin.background.parent_process import exit_with_parent
from loopin.metrics.exporter import export


class Command(BaseCommand):
    help = "Show the metrics of a server or a worker, which start this process themselves."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, required=True)
        parser.add_argument(
            "--parent", type=int, required=True, help="end when this process, its parent, does"
        )

    def handle(self, *args: Any, port: int, parent: int, **options: Any) -> None:
        exit_with_parent(parent)
        export(port)
