"""When the last backup was made, whoever made it: the one place that is asked, and told."""

from datetime import datetime

from loopin.models import LastBackup

_THE_ROW = 1


def last_backup_at() -> datetime | None:
    """The moment of the database that the last successful backup holds; None if none is known."""
    return LastBackup.objects.filter(pk=_THE_ROW).values_list("made_at", flat=True).first()


def record(made_at: datetime) -> None:
    """Note that there is a backup of this moment. One that was made in between stays noted."""
    row, is_new = LastBackup.objects.get_or_create(pk=_THE_ROW, defaults={"made_at": made_at})
    if not is_new and row.made_at < made_at:
        LastBackup.objects.filter(pk=_THE_ROW, made_at__lt=made_at).update(made_at=made_at)
