"""Receives at most 6 files of 20 MB each that may be pictures, in temporary files."""

import hashlib
import re
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import SkipFile
from django.http import HttpRequest

from accounts.models.picture import HASH_PATTERN
from accounts.pictures.errors import (
    FILES,
    SOURCE_HASHES,
    PictureTooLarge,
    SourceHashesInvalid,
    StorageUnavailable,
    TooManyPictures,
)
from accounts.pictures.sizes import MAX_BYTES
from accounts.rules import MAX_PICTURES
from loopin.errors import LoopinError, raises
from loopin.web.file_uploads import LimitedFileHandler


@dataclass(frozen=True)
class ReceivedFile:
    """One file of the request: its bytes, or the error that it was refused with.

    `source_hash`: the SHA-256 of the file that the person chose, which the client may have scaled
    down before sending.
    """

    file_name: str
    content: BinaryIO
    source_hash: str
    error: LoopinError | None = None


class PictureHandler(LimitedFileHandler):
    """Stores files that may be pictures, at most 6, and hashes them while they arrive."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.count = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.field_name != FILES:
            raise SkipFile
        self.count += 1
        self.hash = hashlib.sha256()
        self.start_file(TooManyPictures() if self.count > MAX_PICTURES else None)

    def max_bytes(self) -> int:
        return MAX_BYTES

    def too_large(self) -> LoopinError:
        return PictureTooLarge()

    def not_stored(self) -> LoopinError:
        return StorageUnavailable()

    def keep(self, raw_data: bytes) -> None:
        self.hash.update(raw_data)
        super().keep(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        file = super().file_complete(file_size)
        file.hash = self.hash.hexdigest()  # type: ignore[attr-defined]
        return file


def install_handler(request: HttpRequest) -> None:
    """Make this handler the only one of the request."""
    request.upload_handlers = [PictureHandler(request)]


def describe(request: HttpRequest) -> str:
    """What tells this upload from another: the bytes of its files, and what is said of them."""
    arrived = [getattr(file, "hash", "") for file in request.FILES.getlist(FILES)]
    return "\n".join([*arrived, "", *request.POST.getlist(SOURCE_HASHES)])


@raises(SourceHashesInvalid)
def get_files(request: HttpRequest) -> list[ReceivedFile]:
    """The files of the form, in the order they were sent."""
    files = request.FILES.getlist(FILES)
    return [
        ReceivedFile(
            file.name or "", cast(BinaryIO, file.file), source_hash, getattr(file, "refusal", None)
        )
        for file, source_hash in zip(files, _source_hashes(request, files), strict=True)
    ]


def _source_hashes(request: HttpRequest, files: list[Any]) -> list[str]:
    """What the client says it was given, one for each file, or what came here."""
    said = [value.lower() for value in request.POST.getlist(SOURCE_HASHES)]
    if not said:
        return [file.hash for file in files]
    if len(said) != len(files) or not all(re.fullmatch(HASH_PATTERN, value) for value in said):
        raise SourceHashesInvalid
    return said
