"""Counts each request, and measures how long its answer took."""

import time

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from loopin.metrics.declarations import Counter, Histogram, Label
from loopin.web.http import GetResponse

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
OTHER = "other"
NO_ROUTE = "none"
"""For addresses that no route has, and for static files, which are found before any route."""

ROUTE = Label("route", "the pattern of the address, `none` for static files and unknown addresses")

REQUESTS = Counter(
    "loopin_requests_total",
    "Requests that were answered.",
    ROUTE,
    Label("method", "of HTTP; `other` for unusual ones"),
    Label("status", "the class of the status: `2xx`, `3xx`, `4xx`, `5xx`"),
)
SECONDS = Histogram("loopin_request_seconds", "How long answers took.", ROUTE)


class RequestMetricsMiddleware:
    """The very first middleware, so that it measures all of them. It is not used, and costs
    nothing, unless `METRICS_PORT` is set."""

    def __init__(self, get_response: GetResponse) -> None:
        if not settings.METRICS_PORT:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response = self.get_response(request)
        found = request.resolver_match
        route = found.route if found else NO_ROUTE
        method = request.method if request.method in METHODS else OTHER
        REQUESTS.count(route, method, f"{response.status_code // 100}xx")
        SECONDS.observe(time.perf_counter() - began, route)
        return response
