"""Receives at most 6 files of 5 MB each, in temporary files that the system deletes by itself.

Django reads a whole form before its view runs. This upload handler sees each file while it arrives,
drops the bytes of a file that is refused, and lets the others through.
"""

import tempfile
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from accounts.pictures.decoding import MAX_BYTES
from accounts.pictures.errors import FILES, PictureTooLarge, StorageUnavailable, TooManyPictures
from accounts.rules import MAX_PICTURES
from loopin.errors import LoopinError

IN_MEMORY_BYTES = 256 * 1024

MAX_BODY_BYTES = MAX_PICTURES * MAX_BYTES + 1024 * 1024
"""Six files and the parts around them. With this room a seventh file, or one that is too large, is
often refused alone, instead of the whole request."""


@dataclass(frozen=True)
class ReceivedFile:
    """One file of the request: its bytes, or the error that it was refused with."""

    file_name: str
    content: BinaryIO
    error: LoopinError | None = None


class PictureHandler(FileUploadHandler):
    """Stores files that may be pictures, and the error of each file that it refuses."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.count = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.field_name != FILES:
            raise SkipFile
        self.count += 1
        self.size = 0
        self.error: LoopinError | None = TooManyPictures() if self.count > MAX_PICTURES else None
        self.content: Any = tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES)  # noqa: SIM115  the view reads it

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.size += len(raw_data)
        if self.size > MAX_BYTES and self.error is None:
            self._drop(PictureTooLarge())
        if self.error is None:
            self._keep(raw_data)

    def _keep(self, raw_data: bytes) -> None:
        try:
            self.content.write(raw_data)
        except OSError:
            self._drop(StorageUnavailable())

    def _drop(self, error: LoopinError) -> None:
        self.error = error
        self.content.close()
        self.content = tempfile.SpooledTemporaryFile()  # noqa: SIM115

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        self.content.seek(0)
        file: UploadedFile[Any] = UploadedFile(self.content, self.file_name, size=self.size)
        file.refusal = self.error  # type: ignore[attr-defined]
        return file


def install_handler(request: HttpRequest) -> None:
    """Make this handler the only one of the request."""
    request.upload_handlers = [PictureHandler(request)]


def get_files(request: HttpRequest) -> list[ReceivedFile]:
    """The files of the form, in the order they were sent."""
    return [
        ReceivedFile(file.name or "", cast(BinaryIO, file.file), getattr(file, "refusal", None))
        for file in request.FILES.getlist(FILES)
    ]
