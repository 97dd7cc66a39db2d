"""The errors of pictures: those that refuse one file, and those that stop a whole request."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.pictures import sizes
from accounts.rules import MAX_PICTURES, pictures_wanted
from loopin.errors import FieldRefused, LoopinError

FILES = "files"
"""The field that carries the files, on the page and in the API."""


SOURCE_HASHES = "source_hashes"
"""The field that says, for each file, which file of the person's it was made from."""


class PictureRefused(LoopinError):
    """One file is refused; the other files of the request may be stored."""

    status = 422
    field = FILES


class PictureTooLarge(PictureRefused):
    code = "picture_too_large"
    message = format_lazy(
        _("This picture is larger than {most} MB."), most=sizes.MAX_BYTES // sizes.MEBIBYTE
    )


class PictureTooManyPixels(PictureRefused):
    """`most`: how many pixels it may have, in whole megapixels; for some formats it is less."""

    code = "picture_too_many_pixels"
    message = _("This picture has more than %(most)s megapixels.")

    def __init__(self, most: int = sizes.MAX_PIXELS) -> None:
        super().__init__(str(self.message) % {"most": most // sizes.MEBIBYTE})


class PictureTooSmall(PictureRefused):
    code = "picture_too_small"
    message = format_lazy(
        _("This picture is too small. It needs at least {least} pixels on each side."),
        least=sizes.MIN_SIDE,
    )


class PictureUnreadable(PictureRefused):
    code = "picture_unreadable"
    message = _("This file is damaged or not a picture.")


class PictureKindNotAllowed(PictureRefused):
    code = "picture_kind_not_allowed"
    message = _("We take JPEG, PNG, WebP, HEIC and AVIF pictures.")


class TooManyPictures(PictureRefused):
    code = "too_many_pictures"
    message = format_lazy(
        _("You can have {most} pictures. Remove one to add another."), most=MAX_PICTURES
    )


class LastPicture(LoopinError):
    status = 409
    code = "last_picture"
    advice = "Let the person add another one first."
    message = _("A profile needs a picture. Add another one first.")


class PictureNotFound(LoopinError):
    status = 404
    code = "picture_not_found"
    advice = "Read the list of pictures again."
    message = _("This picture is not there any more.")


class StorageUnavailable(LoopinError):
    """The disk is full, or the object storage does not answer; nothing of the file is stored."""

    status = 503
    code = "storage_unavailable"
    advice = "Nothing of the files was kept. Let the person try again after `retry_after` seconds."
    field = FILES
    message = _("We cannot keep pictures just now. Please try again in a few minutes.")
    retry_after = 60


class PicturesBusy(LoopinError):
    """Too many pictures are being decoded."""

    status = 503
    code = "pictures_busy"
    advice = "Send the same files again after `retry_after` seconds."
    field = FILES
    message = _("Many people are adding pictures just now. Please try again in a moment.")
    retry_after = 5


class NoFiles(FieldRefused):
    reason = "required"
    field = FILES

    def __init__(self) -> None:
        super().__init__(_("Choose 1 to %(count)s pictures.") % {"count": MAX_PICTURES})


class SourceHashesInvalid(FieldRefused):
    reason = "invalid"
    field = SOURCE_HASHES

    def __init__(self) -> None:
        super().__init__(_("Send one SHA-256 in hexadecimal digits for each file, or none at all."))


class NoPictures(FieldRefused):
    """A profile cannot be completed without a picture."""

    reason = "required"
    field = "profile_pictures"

    def __init__(self) -> None:
        super().__init__(pictures_wanted())


class UnknownPicture(FieldRefused):
    """A URL of our site that is not one of the caller's pictures."""

    reason = "unknown_picture"

    def __init__(self, field: str) -> None:
        super().__init__(_("This is not one of your pictures."), field=field)


class DuplicatePicture(FieldRefused):
    reason = "duplicate"
    field = "profile_pictures"

    def __init__(self) -> None:
        super().__init__(_("Add each picture only once."))


class OrderIncomplete(FieldRefused):
    reason = "invalid_order"
    field = "order"

    def __init__(self) -> None:
        super().__init__(_("Name each of your pictures exactly once."))
