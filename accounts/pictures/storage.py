"""Where the files are: a folder or an S3-compatible bucket, behind Django's storage API.

Never call any of it with a transaction open: a bucket may take seconds to answer.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

from accounts.pictures.decoding import Encoded
from accounts.pictures.errors import PictureNotFound, StorageUnavailable
from loopin.web.media_urls import large_file, small_file

logger = logging.getLogger(__name__)

_lock = threading.Lock()


def write(name: str, encoded: Encoded) -> None:
    """Write both files; of a failure nothing stays, as far as the storage lets us.

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
    with _lock:  # making one twice at once would be waste, not harm
        return storages["pictures"]


@contextmanager
def _translate_errors(done: str) -> Iterator[None]:
    """A full disk, a folder without rights, a bucket that does not answer or refuses."""
    try:
        yield
    except PictureNotFound:
        raise
    except _storage_errors() as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        logger.error("A picture could not be %s: %s", done, reason)  # noqa: TRY400  names stay out
        raise StorageUnavailable from None


def _storage_errors() -> tuple[type[Exception], ...]:
    """What a storage raises. boto3 is loaded only where there is a bucket."""
    if not settings.S3_BUCKET:
        return (OSError,)
    from boto3.exceptions import Boto3Error  # noqa: PLC0415
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    return (OSError, Boto3Error, BotoCoreError, ClientError)
