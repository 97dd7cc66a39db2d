"""Receives the file of an import in a temporary file, which the system deletes by itself.

Django reads a whole form before its view runs. So a file that is too large is refused while it
arrives, and an upload that breaks off leaves nothing: only a complete file goes into the database.
"""

import tempfile
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from leads.transfer.errors import FileNotStored, FileTooLarge
from loopin.errors import MEBIBYTE, LoopinError

FILE = "file"
IN_MEMORY_BYTES = MEBIBYTE
FORM_BYTES = MEBIBYTE
"""What a form may have around its file."""


class ImportFileHandler(FileUploadHandler):
    """Stores one file, and the error with which it refuses it."""

    chunk_size = 256 * 1024

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.has_file = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.has_file or self.field_name != FILE:
            raise SkipFile
        self.has_file = True
        self.size = 0
        self.error: LoopinError | None = None
        self.content: Any = tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES)  # noqa: SIM115  the view reads it

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.size += len(raw_data)
        if self.error is None and self.size > settings.IMPORT_MAX_MB * MEBIBYTE:
            self._drop(FileTooLarge(settings.IMPORT_MAX_MB))
        if self.error is None:
            self._keep(raw_data)

    def _keep(self, raw_data: bytes) -> None:
        try:
            self.content.write(raw_data)
        except OSError:  # the disk is full
            self._drop(FileNotStored())

    def _drop(self, error: LoopinError) -> None:
        self.error = error
        self.content.close()
        self.content = tempfile.SpooledTemporaryFile()  # noqa: SIM115

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        self.content.seek(0)
        file: UploadedFile[Any] = UploadedFile(self.content, self.file_name, size=self.size)
        file.refusal = self.error  # type: ignore[attr-defined]
        return file


def max_body_bytes() -> int:
    """The largest body of a form with a file."""
    return settings.IMPORT_MAX_MB * MEBIBYTE + FORM_BYTES


def install_handler(request: HttpRequest) -> None:
    """Make this handler the only one of the request."""
    request.upload_handlers = [ImportFileHandler(request)]
