"""Tells clients of the API how much of a limit is left (draft-ietf-httpapi-ratelimit-headers-10).

Flows know no response, so what they count is noted for the request that this thread answers.
"""

from contextvars import ContextVar
from dataclasses import dataclass

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from loopin.web.http import GetResponse

LIMIT, POLICY = "RateLimit", "RateLimit-Policy"


@dataclass(frozen=True)
class Quota:
    """A limit of the caller's own network, account or token: `remaining` of `quota` in the window
    of so many seconds, which ends in `reset` seconds."""

    name: str
    quota: int
    window: int
    remaining: int
    reset: int


_noted: ContextVar[dict[str, Quota] | None] = ContextVar("noted", default=None)


def note(quota: Quota) -> None:
    """Note what was counted; of one name the last time counts."""
    noted = _noted.get()
    if noted is not None:
        noted[quota.name] = quota


class RateLimitMiddleware:
    """Adds the headers of the limit of which the smallest part is left."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        noted: dict[str, Quota] = {}
        token = _noted.set(noted)
        try:
            response = self.get_response(request)
        finally:
            _noted.reset(token)
        if noted:
            tightest = min(noted.values(), key=lambda one: one.remaining / max(1, one.quota))
            response[POLICY] = f'"{tightest.name}";q={tightest.quota};w={tightest.window}'
            response[LIMIT] = f'"{tightest.name}";r={tightest.remaining};t={tightest.reset}'
        return response
