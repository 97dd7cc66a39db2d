from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from loopin.background import worker
from loopin.background.parent_process import exit_with_parent
from loopin.background.server_companion import metrics_process
from loopin.metrics.recording import recording


class Command(BaseCommand):
    help = (
        "Run the periodic tasks: webhooks, imports, notices, stalled sign-ups, figures, pictures."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--parent", type=int, help="end when this process, its parent, does")

    def handle(self, *args: Any, parent: int | None, **options: Any) -> None:
        if parent is not None:
            exit_with_parent(parent)
        with recording(), metrics_process(_metrics_port(parent)):
            worker.run()


def _metrics_port(parent: int | None) -> int:
    """A worker of its own has its metrics on the port after the server's, which shows those of its
    worker."""
    is_alone = parent is None and settings.METRICS_PORT
    return settings.METRICS_PORT + 1 if is_alone else 0
