from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from loopin.backup import flows, last_backup
from loopin.backup.errors import BackupFailed


class Command(BaseCommand):
    help = "Copy the database and the pictures into a folder of its own below TARGET."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("target", metavar="TARGET", type=Path, nargs="?")
        parser.add_argument("--keep", type=int, metavar="N", help="remove all but the N newest")
        parser.add_argument(
            "--record-only",
            action="store_true",
            help="only note that another tool has just made a backup",
        )

    def handle(
        self,
        *args: Any,
        target: Path | None,
        keep: int | None,
        record_only: bool,
        **options: Any,
    ) -> None:
        if record_only:
            last_backup.record(timezone.now())
            self.stdout.write("Noted.")
            return
        if target is None:
            raise CommandError("Name the folder of the backups.")
        if keep is not None and keep < 1:
            raise CommandError("--keep has to be at least 1.")
        try:
            made = flows.make(target, keep=keep)
        except BackupFailed as error:
            raise CommandError(str(error)) from error
        self._tell(made)

    def _tell(self, made: flows.Made) -> None:
        manifest = made.manifest
        self.stdout.write(f"{made.folder}: {manifest.total_bytes / 1e6:.1f} MB")
        self.stdout.write(f"{sum(manifest.rows.values())} rows of {len(manifest.rows)} tables")
        if manifest.pictures is None:
            self.stdout.write(
                f"The pictures are in the bucket {manifest.bucket}, which is not copied: see that"
                " it keeps versions of what is deleted (docs/backups.md)."
            )
        else:
            self.stdout.write(f"{manifest.pictures} files of pictures")
        if manifest.missing_pictures:
            self.stdout.write(
                f"{manifest.missing_pictures} that rows name were not there: deleted meanwhile, or"
                " lost before."
            )
        if not made.is_noted:
            self.stdout.write(
                "The database took no note of it: it is a standby, or not migrated to this release."
                " Tell the site at the primary server, once it is migrated, with `python manage.py"
                " backup --record-only`."
            )
        for path in made.removed:
            self.stdout.write(f"Removed: {path.name}")
        self.stdout.write(f"Keep elsewhere: {', '.join(manifest.kept_elsewhere)}")
