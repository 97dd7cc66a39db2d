"""Reads, writes and deletes the files, in a folder or a bucket, through Django's storage API.

Call it with no transaction open, because a bucket may take seconds to answer.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

from accounts.pictures.errors import PictureNotFound, StorageUnavailable
from loopin.logs.error_location import location_of
from loopin.web.media_urls import large_file, small_file

if TYPE_CHECKING:
    from accounts.pictures.decoding import Encoded

logger = logging.getLogger(__name__)

_lock = threading.Lock()


def write(name: str, encoded: "Encoded") -> None:
    """Write both files; after a failure, delete what was written if the storage allows it.

    Raises StorageUnavailable.
    """
    try:
        with _translate_errors("written"):
            _save(large_file(name), encoded.large)
            _save(small_file(name), encoded.small)
    except StorageUnavailable:
        delete(name)
        raise


def _save(file_name: str, content: bytes) -> None:
    _storage().save(file_name, ContentFile(content))


def delete(name: str) -> bool:
    """Delete both files, whether they are there or not; False if the storage refused."""
    try:
        with _translate_errors("deleted"):
            for file_name in (large_file(name), small_file(name)):
                _storage().delete(file_name)
    except StorageUnavailable:
        return False
    return True


def read(file_name: str) -> bytes:
    """The whole file, 1 MB at the most, so that half a picture is never sent.

    Raises PictureNotFound or StorageUnavailable.
    """
    with _translate_errors("read"):
        try:
            with _storage().open(file_name) as file:
                content: bytes = file.read()
        except FileNotFoundError:
            raise PictureNotFound from None
    return content


def _storage() -> Storage:
    with _lock:  # so that two threads do not create it twice
        return storages["pictures"]


@contextmanager
def _translate_errors(action: str) -> Iterator[None]:
    """Raise StorageUnavailable for a full disk, missing rights, or a bucket that does not
    answer."""
    try:
        yield
    except PictureNotFound:
        raise
    except Exception as error:  # whatever a disk, a bucket or its library makes of it
        reason = getattr(error, "strerror", None) or location_of(error)
        logger.error("A picture could not be %s: %s", action, reason)  # noqa: TRY400  names stay out
        raise StorageUnavailable from None
