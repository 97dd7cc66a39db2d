from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from loopin import worker
from loopin.parent import end_with


class Command(BaseCommand):
    help = "Do what happens by itself: webhooks, and looking for sign-ups that came to a halt."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--parent", type=int, help="end when this process, its parent, does")

    def handle(self, *args: Any, parent: int | None, **options: Any) -> None:
        if parent is not None:
            end_with(parent)
        worker.run()
