"""Middleware of the API and the pages: errors become answers, and API requests skip what only
pages need."""

import logging
from collections.abc import Callable
from typing import Any, cast

from csp import middleware as csp
from django.contrib.messages import middleware as messages
from django.contrib.sessions import middleware as sessions
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware import common, gzip
from django.utils.deprecation import MiddlewareMixin
from django.utils.encoding import escape_uri_path
from django_htmx import middleware as htmx

from loopin import errors
from loopin.web import body_limits, version_1
from loopin.web.http import (
    API_PREFIX,
    MAX_PATH_CHARACTERS,
    error_response,
    failure,
    is_api,
)

logger = logging.getLogger(__name__)

WITHOUT_SLASH = {"/api", "/api/docs", "/api/leads"}
USERS_PREFIX = "/api/users/"

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        *("accelerometer", "browsing-topics", "camera", "display-capture", "geolocation"),
        *("gyroscope", "hid", "magnetometer", "microphone", "midi", "payment", "serial", "usb"),
    )
)
"""Pages use no sensors. Filling in codes from messages (`otp-credentials`) stays allowed."""

COMPRESSED_TYPES = ("text/html", "text/javascript")
PACKET_BYTES = 1200
"""The space for the body in a TCP segment of 1 460 bytes with some of the headers."""

GetResponse = Callable[[HttpRequest], HttpResponseBase]

ERROR_BY_STATUS = {
    error.status: error
    for error in (
        errors.BadRequest,
        errors.Forbidden,
        errors.NotFound,
        errors.MethodNotAllowed,
        errors.BodyTooLarge,
        errors.ServerError,
    )
}


class OtherAddressesMiddleware:
    """Rewrites the URLs of version 1, and those without their slash, to the current URL."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if request.method == "HEAD" and path.startswith(API_PREFIX):
            request.method = "GET"  # the server does not send the body
        if path in WITHOUT_SLASH or (path.startswith(USERS_PREFIX) and not path.endswith("/")):
            request.path_info = request.path = f"{path}/"
        if not path.startswith(version_1.PREFIX):
            return self.get_response(request)
        request.path_info = request.path = f"/api{path}"
        response = self.get_response(request)
        for name, value in version_1.HEADERS.items():
            response.headers[name] = value
        successor = escape_uri_path(request.path)
        response.headers["Link"] = f'<{successor}>; rel="successor-version"'
        return response


class PrivacyHeadersMiddleware:
    """Lets browsers store only what a view permits, and denies pages the device's sensors."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
        return response


class ErrorResponseMiddleware:
    """Turns every error into the envelope of the API or into a page.

    A path that is longer than any of ours is unknown without being compared with the routes.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if len(request.path_info) > MAX_PATH_CHARACTERS:
            return error_response(request, errors.NotFound())
        response = self.get_response(request)
        if response.status_code < 400:
            return response
        if not is_api(request):
            return self._as_page(request, response)
        if response.headers.get("Content-Type", "").startswith("application/json"):
            return response
        return self._in_envelope(response)

    def process_view(self, request: HttpRequest, *args: Any) -> HttpResponse | None:
        """Refuse a body that is too large, because Django does not limit the files that it
        stores."""
        limit = body_limits.max_bytes(request)
        if not body_limits.has_length(request):
            body_limits.limit_chunked(request, limit)
            return None
        length = request.META.get("CONTENT_LENGTH") or ""
        if not length.isdecimal() or int(length) <= limit:
            return None
        return error_response(request, errors.BodyTooLarge(limit))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, OperationalError | InterfaceError):
            logger.error("Database unavailable: %s", exception)
            exception = errors.DatabaseUnavailable()
        if not isinstance(exception, errors.LoopinError):
            return None
        return error_response(request, exception)

    @staticmethod
    def _as_page(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Replace the empty page with which Django answers a wrong method."""
        if response.status_code != errors.MethodNotAllowed.status or response.streaming:
            return response
        page = error_response(request, errors.MethodNotAllowed())
        page.headers["Allow"] = response.headers["Allow"]
        return page

    @staticmethod
    def _in_envelope(response: HttpResponseBase) -> HttpResponse:
        """Replace Django's own answers (unknown URL, wrong method, a crash) by the envelope."""
        error = ERROR_BY_STATUS.get(response.status_code, errors.BadRequest)
        allow = {"Allow": response.headers["Allow"]} if "Allow" in response.headers else None
        return failure(error(), headers=allow)


class PagesOnlyMixin(MiddlewareMixin):
    """Makes a middleware of Django's skip API requests, which it would only slow down."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request) if is_api(request) else super().__call__(request)
        return cast(HttpResponseBase, response)


class GZipMiddleware(PagesOnlyMixin, gzip.GZipMiddleware):
    """Compresses pages and parts of pages, but no files and nothing that fits into one packet.

    Compression could betray a secret beside text that somebody else chose, by its length (BREACH).
    No other site can have a page asked for with our cookies and see how long it is (SameSite=Lax),
    the forms' tokens are masked anew each time, and Django adds up to 100 random bytes.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        is_text = response.headers.get("Content-Type", "").startswith(COMPRESSED_TYPES)
        if not (is_text and isinstance(response, HttpResponse)):
            return response
        if len(response.content) < PACKET_BYTES:
            return response
        return super().process_response(request, response)


class CommonMiddleware(PagesOnlyMixin, common.CommonMiddleware):
    pass


class CSPMiddleware(PagesOnlyMixin, csp.CSPMiddleware):
    pass


class MessageMiddleware(PagesOnlyMixin, messages.MessageMiddleware):
    pass


class SessionMiddleware(PagesOnlyMixin, sessions.SessionMiddleware):
    pass


class HtmxMiddleware(htmx.HtmxMiddleware):
    """Skips the API as `PagesOnlyMixin` does, which fits Django's own kind of middleware only."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request) if is_api(request) else super().__call__(request)
        return cast(HttpResponseBase, response)
