"""The API for pictures: list, add, order and remove them."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Router, Schema
from pydantic import Field, WithJsonSchema

from accounts.idempotency.idempotent import PARAMETER, answer_once, idempotent
from accounts.models import Picture
from accounts.models.picture import HASH_PATTERN
from accounts.pictures import flows, gallery, sizes, uploads
from accounts.pictures.errors import FILES, SOURCE_HASHES
from accounts.rules import MAX_PICTURES
from accounts.sessions.bearer_auth import BearerToken, Request
from loopin.errors import NotFound, UnsupportedMediaType
from loopin.rules import named
from loopin.web import body_limits
from loopin.web.http import success
from loopin.web.openapi import documented
from loopin.web.schemas import Envelope

router = Router(tags=["Pictures"])

LISTED = gettext_noop("Pictures retrieved successfully")
STORED = gettext_noop("Pictures added successfully")
REMOVED = gettext_noop("Picture removed")
ORDERED = gettext_noop("Pictures put in order")

UUID_EXAMPLE = "8a6e0804-2bd0-4672-b79d-d97027f9071a"
ADDRESS_EXAMPLE = "https://loopin.example/media/0b6f2a9c4d1e8375a6b0c9d2e4f71835"
UPLOAD_VIEW = "api:list_pictures"
"""Django has one view for both operations of the path, and it has the name of the first one."""

HASH_EXAMPLE = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
FILE = {
    "type": "string",
    "format": "binary",
    "contentMediaType": "application/octet-stream",
}
"""`contentMediaType` says it in OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0#considerations-for-file-uploads);
generators of clients know `format`, as version 3.0 says it."""

FORM = {
    "type": "object",
    "required": [FILES],
    "properties": {
        FILES: {
            "type": "array",
            "items": FILE,
            "minItems": 1,
            "maxItems": MAX_PICTURES,
            "description": "JPEG, PNG, WebP, HEIC or AVIF; each of at most"
            f" {sizes.MAX_BYTES // sizes.MEBIBYTE} MB and"
            f" {sizes.MAX_PIXELS // sizes.MEBIBYTE} megapixels"
            f" (AVIF {sizes.max_pixels('AVIF') // sizes.MEBIBYTE},"
            f" WebP {sizes.max_pixels('WEBP') // sizes.MEBIBYTE}).",
        },
        SOURCE_HASHES: {
            "type": "array",
            "items": {"type": "string", "pattern": HASH_PATTERN, "examples": [HASH_EXAMPLE]},
            "maxItems": MAX_PICTURES,
            "description": "For apps that scale pictures down before sending: the SHA-256 of each"
            " file as it was before, in the order of the files. What has one hash is one picture,"
            " however often it is sent. Without them the files that arrive are hashed.",
        },
    },
}


class PictureOut(Schema):
    id: UUID = Field(examples=[UUID_EXAMPLE])
    url: str = Field(
        description="What goes into `profile_pictures`.", examples=[f"{ADDRESS_EXAMPLE}.webp"]
    )
    thumbnail_url: str = Field(
        description="A square of 480 pixels; of a link, the link.",
        examples=[f"{ADDRESS_EXAMPLE}-small.webp"],
    )
    width: int = Field(description="Pixels; 0 for a link.", examples=[1200])
    height: int = Field(description="Pixels; 0 for a link.", examples=[1600])
    is_avatar: bool = Field(description="Chosen to stand for the person.", examples=[False])


FileErrorCode = Annotated[
    str,
    WithJsonSchema(
        named("FileErrorCode", {"type": "string", "enum": [error.code for error in flows.OF_FILES]})
    ),
]


class RefusedFile(Schema):
    file: int = Field(description="Its place among the files sent, from 0.", examples=[1])
    code: FileErrorCode = Field(examples=["picture_kind_not_allowed"])
    message: str = Field(examples=["We take JPEG, PNG, WebP, HEIC and AVIF pictures."])


class UploadedOut(Schema):
    pictures: list[PictureOut]
    refused: list[RefusedFile] = Field(description="The files that were not taken.")


class OrderIn(Schema):
    order: list[UUID] = Field(
        description="The ids of all your pictures, the first one first.",
        examples=[[UUID_EXAMPLE]],
        json_schema_extra={"maxItems": MAX_PICTURES, "uniqueItems": True},
    )


def _picture_as_json(picture: Picture) -> dict[str, Any]:
    return {
        "id": picture.pk,
        "url": picture.full_url,
        "thumbnail_url": picture.thumbnail_url,
        "width": picture.width,
        "height": picture.height,
        "is_avatar": picture.is_avatar,
    }


def _list_as_json(user_id: int) -> list[dict[str, Any]]:
    return [_picture_as_json(picture) for picture in gallery.list_pictures(user_id)]


@router.get(
    "/profile-pictures",
    url_name="list_pictures",
    **documented(
        "List the pictures", auth=BearerToken(), answer=Envelope[list[PictureOut]], message=LISTED
    ),
)
def list_pictures(request: Request) -> HttpResponse:
    """In the order in which they are shown, before the profile is complete too."""
    return success(LISTED, _list_as_json(request.auth.user_id))


@router.post(
    "/profile-pictures",
    url_name="upload_pictures",
    **documented(
        "Add pictures",
        flows.upload,
        uploads.get_files,
        answer_once,
        auth=BearerToken(),
        answer=Envelope[UploadedOut],
        message=STORED,
        success_status=201,
        form=FORM,
        parameters=[PARAMETER],
    ),
)
@idempotent(content_of=uploads.describe)
def upload_pictures(request: Request) -> HttpResponse:
    """Sent as `multipart/form-data`, each file as `files`; a gallery holds 6.

    `pictures` has one for each file that was taken. A file that was sent before gives the picture
    that is there, so a request that got no answer may be sent again.

    Each is decoded and drawn anew as WebP in two sizes, without metadata. One that cannot be taken
    is named in `refused` and does not keep the others out; if none can, the answer is 422 with one
    of `errors` for each.
    """
    if request.content_type != "multipart/form-data":
        raise UnsupportedMediaType(_("Send the files as multipart/form-data."))
    uploaded = flows.upload(request.auth.user_id, uploads.get_files(request))
    data = {
        "pictures": [_picture_as_json(picture) for picture in uploaded.pictures],
        "refused": [refused.summary for refused in uploaded.refused],
    }
    return success(STORED, data, status=201)


@router.delete(
    "/profile-pictures/{uuid:picture_id}",
    **documented(
        "Remove a picture",
        gallery.delete,
        NotFound,
        auth=BearerToken(),
        answer=Envelope[None],
        message=REMOVED,
    ),
)
def delete_picture(request: Request, picture_id: UUID) -> HttpResponse:
    """Its files go at once. A complete profile keeps its last picture."""
    gallery.delete(request.auth.user_id, picture_id)
    return success(REMOVED)


@router.put(
    "/profile-pictures/order",
    **documented(
        "Put the pictures in order",
        gallery.put_in_order,
        auth=BearerToken(),
        answer=Envelope[list[PictureOut]],
        message=ORDERED,
        body=OrderIn,
    ),
)
def order_pictures(request: Request, body: OrderIn) -> HttpResponse:
    """Names each of the pictures exactly once; links among them too."""
    gallery.put_in_order(request.auth.user_id, body.order)
    return success(ORDERED, _list_as_json(request.auth.user_id))


def _may_upload(request: HttpRequest) -> bool:
    """Install the handler for anybody: the API refuses requests without a token before the body is
    read."""
    uploads.install_handler(request)
    return True


body_limits.allow_files(UPLOAD_VIEW, max_bytes=sizes.MAX_BODY_BYTES, is_allowed=_may_upload)
