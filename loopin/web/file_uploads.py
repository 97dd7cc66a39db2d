"""Receives one file of a form in a temporary file, which the system deletes by itself.

Django reads a whole form before its view runs. So a file that is too large is refused while it
arrives, and the bytes of a refused file are dropped.
"""

import tempfile
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from loopin.errors import LoopinError


class LimitedFileHandler(FileUploadHandler):
    """Stores files, and the error with which it refuses one, as `refusal` of the uploaded file.

    A subclass says how large a file may be, and with what it is refused; its `new_file` calls
    `start_file` for each file that it wants.
    """

    in_memory_bytes = 256 * 1024

    def max_bytes(self) -> int:
        """The size of the largest file."""
        raise NotImplementedError

    def too_large(self) -> LoopinError:
        """What a larger file is refused with."""
        raise NotImplementedError

    def not_stored(self) -> LoopinError:
        """What a file is refused with when the disk is full."""
        raise NotImplementedError

    def start_file(self, error: LoopinError | None = None) -> None:
        """Begin with a file, which is refused already if there is an error."""
        self.size = 0
        self.error = error
        self.content: Any = tempfile.SpooledTemporaryFile(self.in_memory_bytes)  # noqa: SIM115  the view reads it

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.size += len(raw_data)
        if self.error is None and self.size > self.max_bytes():
            self._drop(self.too_large())
        if self.error is None:
            self.keep(raw_data)

    def keep(self, raw_data: bytes) -> None:
        try:
            self.content.write(raw_data)
        except OSError:  # the disk is full
            self._drop(self.not_stored())

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        self.content.seek(0)
        file: UploadedFile[Any] = UploadedFile(self.content, self.file_name, size=self.size)
        file.refusal = self.error  # type: ignore[attr-defined]
        return file

    def _drop(self, error: LoopinError) -> None:
        self.error = error
        self.content.close()
        self.content = tempfile.SpooledTemporaryFile()  # noqa: SIM115
