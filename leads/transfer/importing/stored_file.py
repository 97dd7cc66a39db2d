"""An uploaded file in the database: stored in pieces, and read again as a file."""

import io
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from leads.models import ImportBatch, ImportPiece
from leads.models.import_piece import PIECE_BYTES

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


def store(batch: ImportBatch, file: BinaryIO) -> None:
    """Store a file from its beginning, a piece at a time; the caller opens a transaction."""
    file.seek(0)
    for number, content in enumerate(iter(partial(file.read, PIECE_BYTES), b"")):
        ImportPiece.objects.create(batch=batch, number=number, content=content)


class StoredFile(io.RawIOBase):
    """The file of an import, of which one piece at a time is in memory.

    `furthest`: how many of its bytes were read, at most.
    """

    def __init__(self, batch: ImportBatch) -> None:
        super().__init__()
        self.batch_id, self.size = batch.pk, batch.size
        self.furthest = 0
        self._position = 0
        self._number, self._piece = -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        with memoryview(buffer).cast("B") as room:
            number, start = divmod(self._position, PIECE_BYTES)
            content = self._content(number)[start : start + len(room)]
            room[: len(content)] = content
        self._position += len(content)
        self.furthest = max(self.furthest, self._position)
        return len(content)

    def _content(self, number: int) -> bytes:
        if number != self._number:
            found = ImportPiece.objects.filter(batch=self.batch_id, number=number)
            self._piece = bytes(found.values_list("content", flat=True).first() or b"")
            self._number = number
        return self._piece

    @property
    def percent_read(self) -> int:
        return self.furthest * 100 // max(1, self.size)
