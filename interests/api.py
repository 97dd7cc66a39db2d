from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from interests.listing import RETRIEVED, listing
from loopin.errors import DatabaseUnavailable
from loopin.web.openapi import documented
from loopin.web.route_limits import limited_by_proxy
from loopin.web.schemas import Envelope

router = Router(tags=["Event interests"])


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
@limited_by_proxy("each process reads the list once a second, in one statement")
def event_interests(request: HttpRequest) -> HttpResponse:
    """The active ones by name, for everybody. Revalidate with `If-None-Match`."""
    return listing.answer().to(request)
