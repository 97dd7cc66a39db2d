"""The uploaded files: those that rows name, in one archive.

A name is never given to another content, so a file that is there already is the right one. Which
files there are, the apps register that own them.
"""

import os
import shutil
import tarfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

UNFINISHED = ".partial"

registered: list[Callable[[], Iterable[str]]] = []
"""Each gives the names of the files that the rows of an app have in MEDIA_ROOT."""


def register(file_names: Callable[[], Iterable[str]]) -> None:
    """`register(Picture.objects.file_names)` is all that an app needs."""
    registered.append(file_names)


@dataclass(frozen=True)
class Archived:
    """How many files are in an archive, and how many that rows name were not there."""

    files: int
    missing: int


def is_in_bucket() -> bool:
    """Whether files are in a bucket, which has copies of its own."""
    return bool(settings.S3_BUCKET)


def folder() -> Path:
    """Where the files are, unless they are in a bucket."""
    return Path(settings.MEDIA_ROOT)


def write_names(path: Path) -> None:
    """Write the names of all files that rows name, as this transaction sees them, into a file."""
    with path.open("x", encoding="ascii") as file:
        for names in registered:
            file.writelines(f"{name}\n" for name in names())


def pack(path: Path, names: Path) -> Archived:
    """Put the files of these names into an archive that is not compressed: pictures are already.

    Files that were deleted since the names were written are left out.
    """
    files = missing = 0
    with tarfile.open(path, "x", format=tarfile.PAX_FORMAT) as archive, names.open() as listed:
        for line in listed:
            name = line.rstrip("\n")
            try:
                content = (folder() / name).open("rb")
            except FileNotFoundError:
                missing += 1
                continue
            with content:
                archive.addfile(_entry(name, content.fileno()), content)
            files += 1
    return Archived(files, missing)


def _entry(name: str, descriptor: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    status = os.fstat(descriptor)
    entry.size, entry.mtime, entry.mode = status.st_size, int(status.st_mtime), 0o644
    return entry


def names_in(archive: Path) -> set[str]:
    """The names of the files of an archive.

    Raises ValueError for an archive that `pack` did not write.
    """
    with tarfile.open(archive, "r:") as opened:
        return {_checked(entry).name for entry in opened}


def strangers(names: set[str]) -> list[str]:
    """The names of the files in the folder that are none of these, nor begun by `unpack`."""
    if not folder().is_dir():
        return []
    with os.scandir(folder()) as entries:
        found = [entry.name for entry in entries if entry.is_file()]
    return [name for name in found if name not in names and _of_unfinished(name) not in names]


def remove(names: Iterable[str]) -> None:
    """Remove files from the folder."""
    for name in names:
        (folder() / name).unlink(missing_ok=True)


def unpack(archive: Path) -> None:
    """Put the files of an archive into the folder; one that was begun is never taken for whole."""
    folder().mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive, "r:") as opened:
        for entry in opened:
            content = opened.extractfile(_checked(entry))
            assert content is not None  # noqa: S101  a regular file has content
            unfinished = folder() / f".{entry.name}{UNFINISHED}"
            with unfinished.open("wb") as file:
                shutil.copyfileobj(content, file)
                os.fchmod(file.fileno(), 0o644)
            unfinished.replace(folder() / entry.name)


def _of_unfinished(name: str) -> str:
    """The name of the file that another of this name becomes."""
    return name.removeprefix(".").removesuffix(UNFINISHED)


def _checked(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """An entry that is a plain file of this folder, as each of ours is, and as long as it says: a
    sparse one would fill the disk out of nothing."""
    is_plain = entry.isfile() and not entry.issparse()
    if not is_plain or "/" in entry.name or entry.name.startswith("."):
        raise ValueError(f"The archive has an entry that no backup of Loopin has: {entry.name!r}")
    return entry
