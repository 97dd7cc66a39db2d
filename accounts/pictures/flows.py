"""Stores uploaded pictures, and deletes files that are discarded or were left by an interruption.

The row of a picture is created before its files and deleted after them. A process may therefore be
killed at any point, and `clear_left_over` finds the files that it left.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.errors import AccountInactive
from accounts.models import Picture, User
from accounts.pictures import storage
from accounts.pictures.errors import (
    NoFiles,
    PictureRefused,
    PicturesBusy,
    StorageUnavailable,
    TooManyPictures,
)
from accounts.pictures.uploads import ReceivedFile
from accounts.rules import MAX_PICTURES
from loopin.background import periodic
from loopin.errors import LoopinError, ValidationFailed, raises
from loopin.logs.error_location import location_of
from loopin.web import media_urls

if TYPE_CHECKING:
    from accounts.pictures.decoding import Encoded

logger = logging.getLogger(__name__)

CLEARED_AT_ONCE = 100
OF_FILES: tuple[type[LoopinError], ...] = (
    *PictureRefused.__subclasses__(),
    StorageUnavailable,
    PicturesBusy,
)
"""Why a file may be refused."""


@dataclass(frozen=True)
class Refused:
    """A file that was not taken. `position`: its place among those sent, from 0."""

    position: int
    file_name: str
    error: LoopinError

    @property
    def summary(self) -> dict[str, object]:
        return {
            "file": self.position,
            "code": self.error.code,
            "message": self.error.message,
        }


class NothingStored(ValidationFailed):
    """Each of the files was refused; `refused` says why."""

    field_codes = tuple(error.code for error in PictureRefused.__subclasses__())

    def __init__(self, refused: list[Refused]) -> None:
        self.refused = refused
        super().__init__([{"field": one.error.field, **one.summary} for one in refused])


@dataclass(frozen=True)
class Uploaded:
    """`pictures`: one for each file that was taken, in their order; a file whose picture was in the
    gallery already gives that one. `added`: how many were not."""

    pictures: list[Picture]
    added: int
    refused: list[Refused]


@raises(NoFiles, NothingStored, StorageUnavailable, PicturesBusy, AccountInactive)
def upload(user_id: int, files: Sequence[ReceivedFile]) -> Uploaded:
    """Add each file that is a picture to the gallery; the others are refused one by one.

    If nothing was stored, the error says why: NothingStored, unless it was trouble of ours.
    """
    if not files:
        raise NoFiles
    stored: list[tuple[Picture, bool]] = []
    refused: list[Refused] = []
    for position, file in enumerate(files):
        try:
            _refuse_after_outage(refused)
            stored.append(_add(user_id, file))
        except AccountInactive:  # deactivated or deleted since the request came in
            raise AccountInactive from None
        except LoopinError as error:
            refused.append(Refused(position, file.file_name, error))
        except Exception as error:
            if not stored:
                raise
            # What is stored already has to be told, whatever happened to this one.
            logger.error("A picture was not stored: %s", location_of(error))  # noqa: TRY400
            refused.append(Refused(position, file.file_name, StorageUnavailable()))
    if not stored:
        raise _choose_error(refused)
    pictures = [picture for picture, _ in stored]
    return Uploaded(pictures, sum(is_new for _, is_new in stored), refused)


def _refuse_after_outage(refused: list[Refused]) -> None:
    """Refuse further files at once if the storage did not answer for an earlier one."""
    if any(isinstance(one.error, StorageUnavailable) for one in refused):
        raise StorageUnavailable


def _choose_error(refused: list[Refused]) -> LoopinError:
    """Prefer an error of the server, because then the same files can be sent again."""
    ours = next((one.error for one in refused if one.error.status >= 500), None)
    return ours or NothingStored(refused)


def _add(user_id: int, file: ReceivedFile) -> tuple[Picture, bool]:
    """The picture of a file, and whether it is new in the gallery."""
    if file.error is not None:
        raise file.error
    if existing := _find(user_id, file.source_hash):
        return existing, False
    # Checked before the expensive part, and again under the lock.
    if _has_no_room(user_id, file.source_hash):
        raise TooManyPictures
    from accounts.pictures import decoding  # noqa: PLC0415  5 MiB until the first picture

    encoded = decoding.encode(file.content)
    picture = _reserve(user_id, encoded, file.source_hash)
    return _store(picture, encoded)


def _find(user_id: int, source_hash: str) -> Picture | None:
    return Picture.objects.filter(user_id=user_id).visible().made_from(source_hash).first()


def _has_no_room(user_id: int, source_hash: str) -> bool:
    others = Picture.objects.filter(user_id=user_id).kept().exclude(source_hash=source_hash)
    return others.count_sources() >= MAX_PICTURES


@transaction.atomic
def _reserve(user_id: int, encoded: "Encoded", source_hash: str) -> Picture:
    """Create the row of the picture before its files are written."""
    user = User.objects.get_locked(user_id)
    if _has_no_room(user_id, source_hash):
        raise TooManyPictures
    return Picture.objects.create(
        user=user,
        name=media_urls.generate_name(),
        source_hash=source_hash,
        position=Picture.objects.filter(user_id=user_id).next_position(),
        width=encoded.width,
        height=encoded.height,
    )


def _store(picture: Picture, encoded: "Encoded") -> tuple[Picture, bool]:
    """Write the files of a reserved picture, and make it visible.

    If the same file was uploaded by another request meanwhile, the picture of that one stays.
    Raises StorageUnavailable, or TooManyPictures if the gallery was replaced meanwhile.
    """
    try:
        storage.write(picture.name, encoded)
        visible = _make_visible(picture)
    except Exception:  # whatever it was, the row would take a place in the gallery for an hour
        _withdraw(picture)
        raise
    if visible != picture:
        _withdraw(picture)
    if visible is None:
        raise TooManyPictures
    return visible, visible == picture


@transaction.atomic
def _make_visible(picture: Picture) -> Picture | None:
    """The visible picture of this file: this one, or an earlier one. None if it was discarded."""
    User.objects.get_locked(picture.user_id)
    if existing := _find(picture.user_id, picture.source_hash):
        return existing
    picture.stored_at = timezone.now()
    row = Picture.objects.filter(pk=picture.pk)
    return picture if row.kept().update(stored_at=picture.stored_at) else None


def _withdraw(picture: Picture) -> None:
    row = Picture.objects.filter(pk=picture.pk)
    row.update(discarded_at=timezone.now(), stored_at=timezone.now())
    if storage.delete(picture.name):
        row.delete()


def clear(keys: Iterable[UUID]) -> None:
    """Delete the files of discarded pictures, then their rows; call it with no transaction open.

    What the storage refuses stays for `clear_left_over`.
    """
    for picture in Picture.objects.left_over().filter(pk__in=list(keys)):
        if not _clear(picture):
            return


def clear_left_over() -> None:
    """Delete what interruptions left: uploads that did not finish within an hour, discarded
    pictures.

    May run in several processes at once: deleting a file twice does no harm.
    """
    for picture in Picture.objects.left_over().order_by("created_at")[:CLEARED_AT_ONCE]:
        if periodic.stopping.is_set() or not _clear(picture):
            return


def _clear(picture: Picture) -> bool:
    if not storage.delete(picture.name):
        return False
    Picture.objects.filter(pk=picture.pk).delete()
    return True
