"""The files of values, whose room is taken before anything is written to it.

prometheus_client makes a file longer without taking room. Where the disk, or `/dev/shm`, is full,
the first write to such a page ends the process by SIGBUS. Room that cannot be taken is an OSError.
"""

import os
from types import ModuleType
from typing import Any

import prometheus_client
from prometheus_client import mmap_dict, values

FIRST_BYTES = mmap_dict._INITIAL_MMAP_SIZE
AROUND_A_KEY = 64
"""What a value takes besides its key, at most."""


class ReservedFile(mmap_dict.MmapedDict):
    """Raises OSError where there is no room, and is then as it was before."""

    def __init__(self, filename: str, read_mode: bool = False) -> None:
        if not read_mode:
            _begin(filename)
        super().__init__(filename, read_mode)  # type: ignore[no-untyped-call]

    def _init_value(self, key: str) -> None:
        file: Any = self
        wanted = file._capacity
        while file._used + len(key.encode()) + AROUND_A_KEY > wanted:
            wanted *= 2
        if wanted > file._capacity:
            _take(file._f.fileno(), wanted)
        super()._init_value(key)  # type: ignore[no-untyped-call]


def library() -> ModuleType:
    """prometheus_client, which keeps values in such files."""
    vars(values)["MmapedDict"] = ReservedFile
    return prometheus_client


def _begin(filename: str) -> None:
    with open(filename, "ab") as file:
        if os.fstat(file.fileno()).st_size:
            return
        try:
            _take(file.fileno(), FIRST_BYTES)
        except OSError:
            os.unlink(filename)  # nobody can read an empty one
            raise


def _take(descriptor: int, size: int) -> None:
    if hasattr(os, "posix_fallocate"):  # macOS, which only develops, has none
        os.posix_fallocate(descriptor, 0, size)
