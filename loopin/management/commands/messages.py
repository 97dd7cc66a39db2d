from typing import Any

from django.core.management.base import BaseCommand

from loopin import catalogues


class Command(BaseCommand):
    help = "Bring the catalogues of words up to date with code and templates, and compile them."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        for language in catalogues.languages():
            for place in catalogues.PLACES:
                messages = [m for m in catalogues.write(place, language) if m.id]
                missing = sum(not catalogues.is_translated(message) for message in messages)
                path = place.path(language, "po")
                self.stdout.write(f"{path}: {len(messages)} messages, {missing} not translated")
