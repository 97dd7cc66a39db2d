"""Whether the static files are there, and whether a picture could be stored."""

import os
from tempfile import TemporaryFile
from typing import Any

from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core.files.storage import FileSystemStorage, storages

from loopin.health.findings import Finding, Findings
from loopin.logs.error_location import location_of

STATIC_SECONDS = MEDIA_SECONDS = 2

BLOCK = bytes(4096)
"""What is written: a block of a disk."""


def check_static() -> Findings:
    """In production the names of static files are in a manifest, which each process reads once.

    Both have to be there: what it read, and the file, without which the others are gone too.
    """
    storage = staticfiles_storage
    if not isinstance(storage, ManifestFilesMixin):  # development finds them in their folders
        return (Finding("static"),)
    if storage.hashed_files and storage.read_manifest() is not None:
        return (Finding("static"),)
    return (Finding("static", "missing", "run collectstatic, then restart", is_failure=True),)


def check_media() -> Findings:
    """Write a block to the folder, under no name, so that nothing stays; or ask the bucket.

    A bucket that does not answer is no failure of this process: every other one has the same, and
    without pictures most of the site goes on.
    """
    storage: Any = storages["pictures"]
    is_folder = isinstance(storage, FileSystemStorage)
    try:
        if is_folder:
            _write(storage.location)
        else:
            storage.connection.meta.client.head_bucket(Bucket=storage.bucket_name)
    except Exception as error:
        reason = getattr(error, "strerror", None) or location_of(error)
        return (Finding("media", "unavailable", reason, is_failure=is_folder),)
    return (Finding("media"),)


def _write(folder: str) -> None:
    os.makedirs(folder, exist_ok=True)  # as storing a picture does
    with TemporaryFile(dir=folder) as file:
        file.write(BLOCK)
        file.flush()
        os.fsync(file.fileno())  # some file systems find out only then that they are full
