"""Marks the browsers in which staff make links, so that the timeline tells whoever made a link from
the person whom it is for. The mark outlives signing out."""

from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from leads.models.resume_link import LIFETIME
from loopin.text.ids import row_id

COOKIE = f"{settings.COOKIE_PREFIX}link_maker"


def mark(response: HttpResponse, user_id: int) -> None:
    """Mark the browser for as long as a link lives."""
    response.set_signed_cookie(
        COOKIE,
        str(user_id),
        salt=__name__,
        max_age=LIFETIME,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def find_staff_id(request: HttpRequest) -> int | None:
    """Who made links in this browser; None if nobody did."""
    value = request.get_signed_cookie(COOKIE, "", salt=__name__, max_age=LIFETIME)
    return row_id(cast(str, value))
