"""Examines whether there is a backup from which the site could come back."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.core.checks import CheckMessage, Warning
from django.utils import timezone

from loopin.backup.last_backup import last_backup_at
from loopin.doctor.registry import examination

OLD_AFTER = timedelta(hours=26)
"""A daily backup that is two hours late; LoopinBackupLate in deploy/observability agrees."""


@examination("backups")
def last_backup_is_young() -> Iterator[CheckMessage]:
    if not settings.IS_PRODUCTION:
        return
    made_at = last_backup_at()
    age = None if made_at is None else timezone.now() - made_at
    if age is None or age > OLD_AFTER:
        since = "There is no backup" if age is None else f"The last backup is {age.days} days old"
        yield Warning(
            f"{since}, as far as this site was told.",
            hint="Run `python manage.py backup TARGET` daily, or `backup --record-only` after those"
            " of another tool: docs/backups.md.",
            id="loopin.W170",
        )
