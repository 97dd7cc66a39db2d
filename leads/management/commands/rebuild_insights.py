from typing import Any

from django.core.management.base import BaseCommand

from leads.insights.rollups import rebuild


class Command(BaseCommand):
    help = "Compute the figures of all leads and events again. Counts of removed leads stay."

    def handle(self, *args: Any, **options: Any) -> None:
        rebuild()
        self.stdout.write("The figures are computed again.")
