from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from loopin.background import worker
from loopin.background.parent_process import exit_with_parent


class Command(BaseCommand):
    help = (
        "Run the periodic tasks: webhooks, imports, notices, stalled sign-ups, figures, pictures."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--parent", type=int, help="end when this process, its parent, does")

    def handle(self, *args: Any, parent: int | None, **options: Any) -> None:
        if parent is not None:
            exit_with_parent(parent)
        worker.run()
