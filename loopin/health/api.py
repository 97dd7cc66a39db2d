"""What load balancers and monitors ask: live, ready, and the health of the first release."""

from functools import partial
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from ninja import Router, Schema
from pydantic import Field

from loopin import __version__
from loopin.health import readiness
from loopin.health.findings import OK, codes_of
from loopin.web import openapi
from loopin.web.http import json_response, success
from loopin.web.openapi import example_of
from loopin.web.route_limits import limited_by_proxy
from loopin.web.schemas import Envelope, LeftOut

router = Router(tags=["About"])
documented = partial(openapi.documented, is_for_apps=False)

LIVE = gettext_noop("The server answers.")
READY = gettext_noop("The server is ready.")


class Checks(Schema):
    """`unanswered`: the check did not end in time; `unknown`: another one keeps it from being
    made."""

    database: Literal["ok", "unavailable", "read_only"] = Field(examples=["ok"])
    migrations: Literal["ok", "missing", "unknown"] = Field(examples=["ok"])
    worker: Literal["ok", "late", "unknown"] = Field(
        examples=["ok"], description="A late one leaves the site ready, and degraded."
    )
    static: Literal["ok", "missing", "unanswered"] = Field(examples=["ok"])
    media: Literal["ok", "unavailable", "unanswered"] = Field(examples=["ok"])


class ReadyOut(Schema):
    status: Literal["ready", "degraded"] = Field(examples=["ready"])
    checks: Checks


class LiveOut(Schema):
    status: Literal["live"] = Field(examples=["live"])


class Health(Schema):
    status: Literal["healthy", "unhealthy"] = Field(examples=["healthy"])
    service: Literal["loopin"] = Field(examples=["loopin"])
    version: str = Field(examples=[__version__])
    database: Literal["ok", "unavailable"] = Field(examples=["ok"])


class Unhealthy(Health):
    status: Literal["unhealthy"] = Field(examples=["unhealthy"])
    database: Literal["unavailable"] = Field(
        examples=["unavailable"],
        description="So whatever fails; `failing` says what, if it is not the database.",
    )
    failing: Annotated[list[str] | None, LeftOut()] = Field(
        None, description="The failed checks of `/api/health/ready`, if the database's is none."
    )


@router.get(
    "/live", **documented("Whether the process answers", answer=Envelope[LiveOut], message=LIVE)
)
@limited_by_proxy("it answers a constant")
def health_live(request: HttpRequest) -> HttpResponse:
    """For whoever restarts processes that hang: it touches neither the database nor a file."""
    return success(LIVE, {"status": "live"})


@router.get(
    "/ready",
    **documented(
        "Whether it can serve",
        readiness.require_ready,
        answer=Envelope[ReadyOut],
        message=READY,
    ),
)
@limited_by_proxy("each check is made once a second at most")
def health_ready(request: HttpRequest) -> HttpResponse:
    """For load balancers: 503 when this process cannot serve, and `checks` say why.

    What another process would not do better is no reason: a worker that is late, or a bucket that
    does not answer, make it `degraded`.
    """
    checks = codes_of(readiness.require_ready())
    is_whole = set(checks.values()) == {OK}
    return success(READY, {"status": "ready" if is_whole else "degraded", "checks": checks})


@router.get("", **documented("Whether it works", answer=Health, also={503: Unhealthy}))
@limited_by_proxy("each check is made once a second at most")
def health(request: HttpRequest) -> HttpResponse:
    """For load balancers: 503 when the database does not answer within 2 seconds, or anything else
    makes it not ready. `/api/health/ready` says what."""
    failing = [finding.check for finding in readiness.check() if finding.is_failure]
    if not failing:
        return json_response(example_of(Health))
    reasons = {} if "database" in failing else {"failing": failing}
    return json_response(example_of(Unhealthy) | reasons, status=503)
