"""The pages for pictures: add, order and remove them, and choose the avatar.

Every change redirects to the page, so that reloading it repeats nothing.
"""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import rules
from accounts.access import CustomerRequest, customer_only
from accounts.pictures import flows, gallery, sizes
from accounts.pictures import uploads as receiving
from accounts.pictures.errors import PictureTooLarge
from accounts.pictures.flows import NothingStored, Refused, Uploaded
from accounts.pictures.forms import OrderForm
from loopin.errors import LoopinError
from loopin.web import body_limits
from loopin.web.error_pages import FormOutOfDate
from loopin.web.http import page

KINDS = ("image/jpeg", "image/png", "image/webp", "image/avif", "image/heic", "image/heif")
LATER, EARLIER = "later", "earlier"


@never_cache
@require_safe
@customer_only
def pictures(request: CustomerRequest) -> HttpResponse:
    return _editor(request)


@require_http_methods(["GET", "HEAD", "POST"])
@customer_only
def upload_pictures(request: CustomerRequest) -> HttpResponse:
    """Files that are refused are listed with the reason; the others are stored.

    Its answer is a page at this address, which people reload or read in another language. Files
    are not kept of a form that is out of date.
    """
    if hasattr(request, "typed"):
        return _editor(request, error=FormOutOfDate())
    if request.method != "POST":
        return redirect("pictures")
    try:
        uploaded = flows.upload(request.user.pk, receiving.get_files(request))
    except NothingStored as error:
        return _editor(request, error.refused, status=error.status)
    except LoopinError as error:
        return _editor(request, error=error, status=error.status)
    if uploaded.refused:
        return _editor(request, uploaded.refused)
    messages.success(request, _describe(uploaded))
    return redirect("pictures")


def _describe(uploaded: Uploaded) -> str:
    if not uploaded.added:
        return _("This picture is in your gallery already.")
    text = ngettext("%(count)s picture added.", "%(count)s pictures added.", uploaded.added)
    return text % {"count": uploaded.added}


@require_POST
@customer_only
def delete_picture(request: CustomerRequest, picture_id: UUID) -> HttpResponse:
    change = partial(gallery.delete, request.user.pk, picture_id)
    return _changed(request, change, _("Picture removed."))


@require_POST
@customer_only
def move_picture(request: CustomerRequest, picture_id: UUID) -> HttpResponse:
    """Move the picture one place later, or earlier."""
    steps = -1 if request.POST.get("direction") == EARLIER else 1
    change = partial(gallery.move, request.user.pk, picture_id, steps=steps)
    return _changed(request, change, _("Picture moved."))


@require_POST
@customer_only
def choose_avatar(request: CustomerRequest, picture_id: UUID) -> HttpResponse:
    change = partial(gallery.choose_avatar, request.user.pk, picture_id)
    return _changed(request, change, _("This is your main picture from here on."))


@require_POST
@customer_only
def order_pictures(request: CustomerRequest) -> HttpResponse:
    """Save the order after dragging. An order that is out of date changes nothing."""
    form = OrderForm(request.POST)
    order = form.cleaned_data["order"] if form.is_valid() else []
    change = partial(gallery.put_in_order, request.user.pk, order)
    return _changed(request, change, _("Picture moved."))


def _changed(request: CustomerRequest, change: Callable[[], None], message: str) -> HttpResponse:
    """Make a change and redirect to the page, which says what was done, or why not."""
    try:
        change()
        messages.success(request, message)
    except LoopinError as error:
        messages.info(request, error.message)
    return redirect("pictures")


def _editor(
    request: CustomerRequest,
    refused: list[Refused] | None = None,
    *,
    error: LoopinError | None = None,
    status: int = 200,
) -> HttpResponse:
    pictures = gallery.list_pictures(request.user.pk)
    context: dict[str, Any] = {
        "pictures": pictures,
        "room": rules.MAX_PICTURES - len(pictures),
        "most": rules.MAX_PICTURES,
        "kinds": ",".join(KINDS),
        "longest_side": sizes.SENT_SIDE,
        "most_bytes": sizes.MAX_BYTES,
        "too_large": PictureTooLarge.message,
        "most_megabytes": sizes.MAX_BYTES // sizes.MEBIBYTE,
        "is_required": settings.PICTURES_REQUIRED,
        "avatar": next(
            (one for one in pictures if one.is_avatar), pictures[0] if pictures else None
        ),
        "refused": refused,
        "error": error,
    }
    return page(request, "accounts/pictures/pictures.html", context, status=status)


def _may_upload(request: HttpRequest) -> bool:
    """Install the handler only for customers with a verified number; others cannot upload."""
    receiving.install_handler(request)
    user = request.user
    return user.is_authenticated and bool(user.phone_number)


body_limits.allow_files("upload_pictures", max_bytes=sizes.MAX_BODY_BYTES, is_allowed=_may_upload)
