import hashlib

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.utils.translation import get_language
from django.utils.translation import gettext_noop as _
from ninja import Router, Schema
from pydantic import Field

from interests import words
from interests.models import EventInterest
from loopin.errors import DatabaseUnavailable
from loopin.web.http import success
from loopin.web.openapi import documented
from loopin.web.route_limits import limited_by_proxy
from loopin.web.schemas import Envelope

router = Router(tags=["Event interests"])

RETRIEVED = _("Event interests retrieved successfully")
CACHE_SECONDS = 60
"""How long a process answers from its cache; a change in the admin may show that much later."""


class InterestOut(Schema):
    id: int = Field(examples=[1])
    name: str = Field(examples=["Music & Concerts"])
    description: str = Field(examples=["Live gigs, festivals and open-mic nights."])


class ListedInterestOut(InterestOut):
    slug: str = Field(examples=["music-concerts"])


@router.get(
    "/event-interests",
    **documented(
        "List the event interests",
        DatabaseUnavailable,
        answer=Envelope[list[ListedInterestOut]],
        message=RETRIEVED,
        also={304: None},
        headers=("ETag", "Cache-Control"),
    ),
)
@limited_by_proxy("the list is kept for a minute, and read in one statement")
def event_interests(request: HttpRequest) -> HttpResponseBase:
    """The active ones by name, for everybody. Revalidate with `If-None-Match`."""
    key = f"event-interests:{get_language()}"
    listing: tuple[bytes, str] | None = cache.get_or_set(key, _listing, CACHE_SECONDS)
    content, etag = listing or _listing()
    headers = {"ETag": etag, "Content-Length": str(len(content))}
    response = HttpResponse(content, content_type="application/json", headers=headers)
    patch_cache_control(response, public=True, max_age=CACHE_SECONDS)
    return get_conditional_response(request, etag, response=response) or response


def _listing() -> tuple[bytes, str]:
    rows = EventInterest.objects.active().values("id", "name", "description", "slug")
    content = success(RETRIEVED, words.translate_interests(rows)).content
    return content, quote_etag(hashlib.sha256(content).hexdigest()[:32])
