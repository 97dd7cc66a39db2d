from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from loopin.backup import restoring
from loopin.backup.errors import RestoreFailed, RestoreRefused


class Command(BaseCommand):
    """Ends with status 1 if the tables are not as the backup says, so that a drill can ask it."""

    help = "Bring back a backup: SOURCE is the folder of one, as `backup` printed it."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", metavar="SOURCE", type=Path)
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="put it in the place of the data that are there",
        )

    def handle(self, *args: Any, source: Path, overwrite: bool, **options: Any) -> None:
        try:
            restored = restoring.restore(source, overwrite=overwrite)
        except (RestoreRefused, RestoreFailed) as error:
            raise CommandError(str(error)) from error
        if restored.differences:
            raise CommandError("Restored, but " + "; ".join(restored.differences))
        self._tell(restored)

    def _tell(self, restored: restoring.Restored) -> None:
        manifest = restored.manifest
        self.stdout.write(
            f"Restored: Loopin {manifest.release} as of {manifest.made_at:%Y-%m-%d %H:%M:%S %Z},"
            f" {sum(manifest.rows.values())} rows, {manifest.pictures or 0} files of pictures."
        )
        if manifest.pictures is None:
            self.stdout.write(
                f"The pictures are in the bucket {manifest.bucket}. Bring back from its versions"
                " what was deleted since (docs/backups.md)."
            )
        for name in restored.unknown_keys:
            self.stdout.write(f"{name} is not that of the backup: see docs/backups.md.")
        self.stdout.write("Run `python manage.py migrate`, then start `serve` and `work`.")
