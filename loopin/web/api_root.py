"""The API for the service itself: its name and version."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_noop
from ninja import Router, Schema
from pydantic import Field

from loopin import __version__
from loopin.web.http import json_response
from loopin.web.openapi import documented, example_of
from loopin.web.route_limits import limited_by_proxy

router = Router(tags=["About"])

WELCOME = gettext_noop("Welcome to Loopin")


class Home(Schema):
    message: str = Field(examples=[WELCOME])
    version: str = Field(examples=[__version__])
    docs: str = Field(examples=["/api/docs/"])


ABOUT = example_of(Home)


@router.get("/", **documented("What this is", answer=Home))
@limited_by_proxy("it answers a constant")
def home(request: HttpRequest) -> HttpResponse:
    """The name, version and address of the documentation."""
    return json_response(ABOUT | {"message": gettext(WELCOME)})
