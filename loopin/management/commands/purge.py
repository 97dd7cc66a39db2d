from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from loopin.background import retention


class Command(BaseCommand):
    help = "Remove rows past their retention. Run it daily; it may be stopped and repeated."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what would be removed")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        for rule in retention.registered:
            if dry_run:
                self.stdout.write(f"{rule.name}: {rule.rows().count()} would be removed")
            else:
                self.stdout.write(f"{rule.name}: {sum(rule.batches())} removed")
