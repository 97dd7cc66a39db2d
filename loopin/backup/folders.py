"""The folder of all backups, each a folder of its own: it has its name only when it is whole.

A backup is written under a hidden name, flushed to the disk and then renamed. What a killed process
leaves has the hidden name still, and the next backup removes it.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from loopin.backup.errors import BackupFailed
from loopin.backup.manifest import FILE_NAME

PREFIX = "loopin-"
UNFINISHED = ".unfinished-"
LOCK = ".lock"
OWNER_ONLY = 0o700


def name_of(taken_at: datetime) -> str:
    """The name of a backup: in the order of the alphabet they are in the order of time."""
    return f"{PREFIX}{taken_at.astimezone(UTC):%Y%m%dT%H%M%S.%f}Z"


def whole(target: Path) -> list[Path]:
    """The whole backups in a folder, the oldest first."""
    return sorted(path.parent for path in target.glob(f"{PREFIX}*/{FILE_NAME}"))


@contextmanager
def locked(target: Path) -> Iterator[int]:
    """Be the only one that writes into the folder, and tidy up after those who were killed.

    Gives the lock's descriptor. Raises BackupFailed.
    """
    target.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
    lock = os.open(target / LOCK, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupFailed(f"Another backup is being written into {target}.") from None
        for left in target.glob(f"{UNFINISHED}*"):
            shutil.rmtree(left)
        yield lock
    finally:
        os.close(lock)


@contextmanager
def unfinished(target: Path) -> Iterator[Path]:
    """A folder under a hidden name, which is removed after an error."""
    folder = target / f"{UNFINISHED}{os.getpid()}"
    folder.mkdir(mode=OWNER_ONLY)
    try:
        yield folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def finish(folder: Path, name: str) -> Path:
    """Give an unfinished folder its name, once all that is in it is on the disk."""
    for path in folder.iterdir():
        path.chmod(0o600)
        _flush(path)
    _flush(folder)
    finished = folder.rename(folder.parent / name)
    _flush(folder.parent)
    return finished


def prune(target: Path, keep: int) -> list[Path]:
    """Remove whole backups but the newest; those that went."""
    gone = whole(target)[:-keep]
    for path in gone:
        hidden = path.rename(target / f"{UNFINISHED}{path.name}")  # half of it is no backup
        shutil.rmtree(hidden)
    return gone


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
