"""Examines the folders that the product writes and reads."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.checks import CheckMessage, Error, Warning

from loopin.doctor.registry import examination

GIBIBYTE = 1024**3
LITTLE_LEFT = 0.1
"""The share of a disk below which somebody should make room; pictures and logs grow by the day."""


@examination("files")
def pictures_can_be_written() -> Iterator[CheckMessage]:
    """A file is written and removed again. A bucket is asked by an upload alone."""
    folder = Path(settings.MEDIA_ROOT)
    if settings.S3_BUCKET or not (settings.IS_PRODUCTION or folder.exists()):
        return  # development makes the folder for its first picture
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"\0")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        yield Error(
            f"Pictures cannot be written to {folder}: {error.strerror}.",
            hint="MEDIA_ROOT has to be a folder that the user of the server owns, with room on its"
            " disk.",
            id="loopin.E110",
        )


@examination("files")
def static_files_are_there() -> Iterator[CheckMessage]:
    """Production serves what `collectstatic` wrote, and answers 500 for pages without it."""
    if not settings.IS_PRODUCTION:
        return
    named = getattr(staticfiles_storage, "hashed_files", {})
    missing = [name for name in named.values() if not staticfiles_storage.exists(name)]
    if not named or missing:
        yield Error(
            f"Static files are missing below {settings.STATIC_ROOT}.",
            hint="Run: python manage.py collectstatic --no-input",
            id="loopin.E111",
        )


@examination("files")
def disks_have_room() -> Iterator[CheckMessage]:
    for name, folder in {
        "MEDIA_ROOT": settings.MEDIA_ROOT,
        "TMPDIR": tempfile.gettempdir(),
    }.items():
        if not os.path.isdir(folder):
            continue
        disk = shutil.disk_usage(folder)
        if disk.free < min(GIBIBYTE, LITTLE_LEFT * disk.total):
            yield Warning(
                f"The disk of {name} ({folder}) has {disk.free // 1024**2} MiB left of"
                f" {disk.total // GIBIBYTE} GiB.",
                hint="Make room, or move the folder to a larger disk.",
                id="loopin.W110",
            )
