from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from loopin import worker
from loopin.parent import end_with_parent


class Command(BaseCommand):
    help = "Do what happens by itself: webhooks, and looking for sign-ups that came to a halt."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--with-parent", action="store_true", help="end when the process that started it does"
        )

    def handle(self, *args: Any, with_parent: bool, **options: Any) -> None:
        if with_parent:
            end_with_parent()
        worker.run()
