"""Reads how much room is left for pictures, which is also what tells of a full disk."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from loopin.metrics.declarations import Label, ReadGauge, Sample

DISK = Label("disk", "`media`: the one with `MEDIA_ROOT`; `code`: the one with Loopin")

DISK_BYTES = ReadGauge("loopin_disk_bytes", "The size of a disk.", DISK)
DISK_FREE_BYTES = ReadGauge("loopin_disk_free_bytes", "What is left of a disk for Loopin.", DISK)


def read_disks() -> Iterator[Sample]:
    """How full the disks are."""
    for name, folder in {"media": settings.MEDIA_ROOT, "code": settings.BASE_DIR}.items():
        usage = shutil.disk_usage(_nearest(Path(folder)))
        yield DISK_BYTES.sample(usage.total, name)
        yield DISK_FREE_BYTES.sample(usage.free, name)


def _nearest(folder: Path) -> Path:
    """The folder, or the one in which it will be made."""
    return next(path for path in (folder, *folder.absolute().parents) if path.exists())
