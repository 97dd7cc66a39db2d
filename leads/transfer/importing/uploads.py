"""Receives the file of an import: only a complete file goes into the database."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import SkipFile
from django.http import HttpRequest

from leads.transfer.errors import FileNotStored, FileTooLarge
from loopin.errors import MEBIBYTE, LoopinError
from loopin.web.file_uploads import LimitedFileHandler

FILE = "file"
FORM_BYTES = MEBIBYTE
"""What a form may have around its file."""


class ImportFileHandler(LimitedFileHandler):
    """Stores the first file of the form and skips all others."""

    chunk_size = 256 * 1024
    in_memory_bytes = MEBIBYTE

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.has_file = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.has_file or self.field_name != FILE:
            raise SkipFile
        self.has_file = True
        self.start_file()

    def max_bytes(self) -> int:
        return settings.IMPORT_MAX_MB * MEBIBYTE

    def too_large(self) -> LoopinError:
        return FileTooLarge(settings.IMPORT_MAX_MB)

    def not_stored(self) -> LoopinError:
        return FileNotStored()


def max_body_bytes() -> int:
    """The largest body of a form with a file."""
    return settings.IMPORT_MAX_MB * MEBIBYTE + FORM_BYTES


def install_handler(request: HttpRequest) -> None:
    """Make this handler the only one of the request."""
    request.upload_handlers = [ImportFileHandler(request)]
