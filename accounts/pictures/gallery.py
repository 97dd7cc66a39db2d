"""A person's gallery: lists, orders and removes its pictures, and chooses the avatar.

Every change locks the user's row first, so that two changes never mix.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
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
from loopin.background.after_commit import after_commit
from loopin.errors import raises
from loopin.web import media_urls


def list_pictures(user_id: int) -> list[Picture]:
    """The visible pictures in their order, in one statement."""
    return list(Picture.objects.filter(user_id=user_id).visible())


@raises(User.objects.get_locked, PictureNotFound, LastPicture)
def delete(user_id: int, picture_id: UUID) -> None:
    """Take one picture away, its files with it. A complete profile keeps its last one if it needs
    one."""
    with transaction.atomic():
        User.objects.get_locked(user_id)
        pictures = list_pictures(user_id)
        if picture_id not in {picture.pk for picture in pictures}:
            raise PictureNotFound
        if len(pictures) == 1 and _needs_picture(user_id):
            raise LastPicture
        _discard([picture_id])


def _needs_picture(user_id: int) -> bool:
    return settings.PICTURES_REQUIRED and UserProfile.objects.filter(pk=user_id).exists()


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
    """Move a picture by so many places: later, or earlier if `steps` is negative. It stops at the
    ends."""
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
    """Make this picture the avatar."""
    User.objects.get_locked(user_id)
    pictures = list_pictures(user_id)
    chosen = next((picture for picture in pictures if picture.pk == picture_id), None)
    if chosen is None:
        raise PictureNotFound
    _mark_avatar(pictures, chosen)
    UserProfile.objects.filter(pk=user_id).exclude(avatar="").update(avatar="")


@raises(UnknownPicture, DuplicatePicture, NoPictures)
def change(user_id: int, *, urls: list[str] | None, avatar: str | None) -> str | None:
    """Make the gallery match a profile; the caller has the lock and the transaction.

    `urls`: clean URLs, or None to leave the pictures as they are. `avatar`: one too, "" for the
    first picture, None to leave it. Returns the avatar's URL if it is not in the gallery, "" if it
    is, and None if the avatar stays as it was. With `PICTURES_REQUIRED` there have to be pictures
    in the end.
    """
    pictures = list_pictures(user_id) if urls is None else _replace(user_id, urls)
    if settings.PICTURES_REQUIRED and not pictures:
        raise NoPictures
    if avatar is None:
        return None
    return _choose(avatar, pictures)


@raises(UnknownPicture)
def find_avatar(user_id: int, avatar: str) -> str:
    """The same for the avatar of a profile that is not complete, which needs no pictures yet; the
    caller has the lock. Returns its URL if it is not in the gallery, "" if it is."""
    return _choose(avatar, list_pictures(user_id))


def _choose(avatar: str, pictures: list[Picture]) -> str:
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
    """Find the picture that a URL means; None for a link that is not among them."""
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
    existing = [picture for picture in named if not picture._state.adding]
    if existing:
        Picture.objects.bulk_update(existing, ["position"])


def _mark_avatar(pictures: list[Picture], chosen: Picture | None) -> None:
    for picture in pictures:
        if picture.is_avatar and picture is not chosen:
            Picture.objects.filter(pk=picture.pk).update(is_avatar=False)
    if chosen is not None and not chosen.is_avatar:
        Picture.objects.filter(pk=chosen.pk).update(is_avatar=True)


def discard_all(user_id: int) -> None:
    """Remove all pictures of a person who is being forgotten, in the caller's transaction."""
    _discard(Picture.objects.filter(user_id=user_id).kept().values_list("pk", flat=True))


def _discard(keys: Any) -> None:
    """Discard the rows now, and delete the files when the transaction has committed."""
    discarded = Picture.objects.filter(pk__in=keys).discard()
    if discarded:
        after_commit("Deleting pictures", partial(flows.clear, discarded))
