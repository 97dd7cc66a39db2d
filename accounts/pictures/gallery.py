"""A person's pictures as a whole: which there are, in what order, and which stands for the person.

Everything here happens under the lock of the user's row, so that two changes never mix.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import Picture, User, UserProfile
from accounts.pictures import flows
from accounts.pictures.errors import (
    DuplicatePicture,
    LastPicture,
    NoPictures,
    OrderIncomplete,
    PictureNotFound,
    UnknownPicture,
)
from loopin.errors import raises
from loopin.web import media_urls


def list_pictures(user_id: int) -> list[Picture]:
    """What people see, in order. One statement."""
    return list(Picture.objects.filter(user_id=user_id).visible())


@raises(User.objects.get_locked, PictureNotFound, LastPicture)
def delete(user_id: int, picture_id: UUID) -> None:
    """Take one picture away, its files with it. A complete profile keeps its last one."""
    with transaction.atomic():
        User.objects.get_locked(user_id)
        pictures = list_pictures(user_id)
        if picture_id not in {picture.pk for picture in pictures}:
            raise PictureNotFound
        if len(pictures) == 1 and UserProfile.objects.filter(pk=user_id).exists():
            raise LastPicture
        _discard([picture_id])


@raises(User.objects.get_locked, OrderIncomplete)
@transaction.atomic
def put_in_order(user_id: int, order: Sequence[UUID]) -> None:
    """Show the pictures in this order, which has to name each of them once."""
    User.objects.get_locked(user_id)
    pictures = Picture.objects.filter(user_id=user_id).visible()
    if sorted(order) != sorted(picture.pk for picture in pictures):
        raise OrderIncomplete
    pictures.put_in_order(order)


@raises(User.objects.get_locked, PictureNotFound)
@transaction.atomic
def move(user_id: int, picture_id: UUID, *, steps: int) -> None:
    """Show a picture so many places later (negative: earlier), as far as there are places."""
    User.objects.get_locked(user_id)
    pictures = Picture.objects.filter(user_id=user_id).visible()
    order = [picture.pk for picture in pictures]
    if picture_id not in order:
        raise PictureNotFound
    place = max(0, order.index(picture_id) + steps)
    order.remove(picture_id)
    order.insert(place, picture_id)
    pictures.put_in_order(order)


@raises(User.objects.get_locked, PictureNotFound)
@transaction.atomic
def choose_avatar(user_id: int, picture_id: UUID) -> None:
    """Let this picture stand for the person."""
    User.objects.get_locked(user_id)
    pictures = list_pictures(user_id)
    chosen = next((picture for picture in pictures if picture.pk == picture_id), None)
    if chosen is None:
        raise PictureNotFound
    _mark_avatar(pictures, chosen)
    UserProfile.objects.filter(pk=user_id).exclude(avatar="").update(avatar="")


@raises(UnknownPicture, DuplicatePicture, NoPictures)
def change(user_id: int, *, urls: list[str] | None, avatar: str | None) -> str | None:
    """Make the gallery what a profile says; the caller holds the lock and the transaction.

    `urls`: clean addresses, None to leave the pictures as they are. `avatar`: one too, "" for the
    first picture, None to leave it. Returns the avatar's address if it lies outside the gallery,
    "" if it does not, None if the choice stays. There have to be pictures in the end.
    """
    pictures = list_pictures(user_id) if urls is None else _replace(user_id, urls)
    if not pictures:
        raise NoPictures
    if avatar is None:
        return None
    chosen = _named(avatar, pictures, field="avatar") if avatar else None
    _mark_avatar(pictures, chosen)
    return avatar if chosen is None else ""


def _replace(user_id: int, urls: list[str]) -> list[Picture]:
    kept = list(Picture.objects.filter(user_id=user_id).kept())
    pictures = [picture for picture in kept if picture.stored_at]
    named = [_named(url, pictures, field="profile_pictures") or _link(user_id, url) for url in urls]
    wanted = {picture.pk for picture in named}
    if len(wanted) < len(named):
        raise DuplicatePicture
    if dropped := [picture.pk for picture in kept if picture.pk not in wanted]:
        _discard(dropped)
    _save_in_order(named)
    return named


def _named(url: str, pictures: list[Picture], *, field: str) -> Picture | None:
    """The one of the pictures that an address means; None for a link that is not among them."""
    name = media_urls.find_name(url)
    wanted = url if name is None else name
    for picture in pictures:
        if wanted == (picture.name or picture.url):
            return picture
    if name is not None:
        raise UnknownPicture(field)
    return None


def _link(user_id: int, url: str) -> Picture:
    return Picture(user_id=user_id, url=url, position=0, stored_at=timezone.now())


def _save_in_order(named: list[Picture]) -> None:
    for position, picture in enumerate(named):
        picture.position = position
    Picture.objects.bulk_create([picture for picture in named if picture._state.adding])
    known = [picture for picture in named if not picture._state.adding]
    if known:
        Picture.objects.bulk_update(known, ["position"])


def _mark_avatar(pictures: list[Picture], chosen: Picture | None) -> None:
    for picture in pictures:
        if picture.is_avatar and picture is not chosen:
            Picture.objects.filter(pk=picture.pk).update(is_avatar=False)
    if chosen is not None and not chosen.is_avatar:
        Picture.objects.filter(pk=chosen.pk).update(is_avatar=True)


def discard_all(user_id: int) -> None:
    """Take all pictures of a person who is being forgotten; the caller holds the transaction."""
    _discard(Picture.objects.filter(user_id=user_id).kept().values_list("pk", flat=True))


def _discard(keys: Any) -> None:
    """The rows now, the files when the transaction is over."""
    discarded = Picture.objects.filter(pk__in=keys).discard()
    if discarded:
        transaction.on_commit(partial(flows.clear, discarded), robust=True)
