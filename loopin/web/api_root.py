"""The API for the service itself: its name and version, and its health."""

from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_noop
from ninja import Router, Schema
from pydantic import Field

from loopin import __version__
from loopin.web.health import is_database_answering
from loopin.web.http import json_response
from loopin.web.openapi import documented, example_of
from loopin.web.route_limits import limited_by_proxy

router = Router(tags=["About"])

WELCOME = gettext_noop("Welcome to Loopin")


class Home(Schema):
    message: str = Field(examples=[WELCOME])
    version: str = Field(examples=[__version__])
    docs: str = Field(examples=["/api/docs/"])


class Health(Schema):
    status: Literal["healthy", "unhealthy"] = Field(examples=["healthy"])
    service: Literal["loopin"] = Field(examples=["loopin"])
    version: str = Field(examples=[__version__])
    database: Literal["ok", "unavailable"] = Field(examples=["ok"])


class Unhealthy(Health):
    status: Literal["unhealthy"] = Field(examples=["unhealthy"])
    database: Literal["unavailable"] = Field(examples=["unavailable"])


@router.get("/", **documented("What this is", answer=Home))
@limited_by_proxy("it answers a constant")
def home(request: HttpRequest) -> HttpResponse:
    """The name, version and address of the documentation."""
    return json_response(example_of(Home) | {"message": gettext(WELCOME)})


@router.get(
    "/health",
    **documented("Whether it works", answer=Health, also={503: Unhealthy}, is_for_apps=False),
)
@limited_by_proxy("the database is asked once a second at most")
def health(request: HttpRequest) -> HttpResponse:
    """For load balancers: 503 when the database does not answer within 2 seconds."""
    is_healthy = is_database_answering()
    status, content = (200, Health) if is_healthy else (503, Unhealthy)
    return json_response(example_of(content), status=status, headers={"Cache-Control": "no-store"})
