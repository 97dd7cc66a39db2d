"""The folder in which the processes of a server keep their values, as files in memory.

Each process writes to files of its own, mapped into its memory: no lock is shared and nothing waits
for a disk. The folder belongs to one server, because two of them overlap when one replaces the
other.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from loopin.metrics import declarations
from loopin.metrics.declarations import FOLDER_VARIABLE

SHARED_MEMORY = "/dev/shm"  # noqa: S108  the folder in it is ours alone (mkdtemp)
PREFIX = "loopin-metrics-"


@contextmanager
def recording() -> Iterator[None]:
    """Keep values in a folder while the block runs, if metrics are asked for.

    Processes that are started within it inherit the folder. A process that has one already, such as
    the worker of a server, keeps it.
    """
    if not settings.METRICS_PORT or FOLDER_VARIABLE in os.environ:
        yield
        return
    parent = _parent_folder()
    _remove_left_over(parent)
    with tempfile.TemporaryDirectory(
        prefix=f"{PREFIX}{os.getpid()}-", dir=parent, ignore_cleanup_errors=True
    ) as folder:
        os.environ[FOLDER_VARIABLE] = folder
        declarations.start()
        try:
            yield
        finally:
            del os.environ[FOLDER_VARIABLE]


def remove_dead(folder: Path) -> None:
    """Remove the states of processes that have ended. What they counted stays in the sums."""
    for file in folder.glob("gauge_live*_*.db"):
        if not _is_alive(file.stem.rpartition("_")[2]):
            file.unlink(missing_ok=True)


def _parent_folder() -> Path:
    is_there = os.path.isdir(SHARED_MEMORY) and os.access(SHARED_MEMORY, os.W_OK)
    return Path(SHARED_MEMORY if is_there else tempfile.gettempdir())


def _remove_left_over(parent: Path) -> None:
    """Remove the folders of our servers that were killed.

    Everybody may write into `parent`: what else has such a name, links included, is left alone.
    """
    for folder in parent.glob(f"{PREFIX}*-*"):
        process_id = folder.name.removeprefix(PREFIX).partition("-")[0]
        if process_id.isdecimal() and _is_ours(folder) and not _is_alive(process_id):
            shutil.rmtree(folder, ignore_errors=True)


def _is_ours(folder: Path) -> bool:
    try:
        return folder.lstat().st_uid == os.geteuid()
    except FileNotFoundError:  # another server has removed it meanwhile
        return False


def _is_alive(process_id: str) -> bool:
    try:
        os.kill(int(process_id), 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass  # somebody else's, who has the number after ours; or no number of a process
    return True
