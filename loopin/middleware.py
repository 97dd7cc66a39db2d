"""Middleware of the API and the pages: errors become answers, and API requests skip what only
pages need."""

import logging
from collections.abc import Callable
from typing import Any, cast

from csp import middleware as csp
from django.contrib.messages import middleware as messages
from django.contrib.sessions import middleware as sessions
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware import common, gzip
from django.urls import is_valid_path
from django.utils.deprecation import MiddlewareMixin
from django.utils.encoding import escape_uri_path
from django_htmx import middleware as htmx

from loopin import errors
from loopin.sql import is_read_only, is_unavailable
from loopin.web import body_limits, version_1
from loopin.web.http import (
    API,
    MAX_PATH_CHARACTERS,
    error_response,
    failure,
    is_api,
    is_below,
)

logger = logging.getLogger(__name__)

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
    """Takes the addresses of version 1, and those of the API with or without a slash at their end.

    The other spelling is looked up only when nothing is found at the first one, so the documented
    spelling costs nothing.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_below(version_1.FIRST_WORD, request.path_info):
            return self._answer(request)
        successor = f"/api{request.path_info}"
        operation = version_1.OPERATIONS.get(request.path_info.removesuffix("/"))
        _move(request, operation or successor)
        response = self._answer(request)
        for name, value in version_1.HEADERS.items():
            response.headers[name] = value
        response.headers["Link"] = f'<{escape_uri_path(successor)}>; rel="successor-version"'
        return response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        if not is_below(API, request.path_info):
            return self.get_response(request)
        if request.method == "HEAD":
            request.method = "GET"  # the server does not send the body
        response = self.get_response(request)
        is_unknown = request.resolver_match is None and response.status_code == 404
        other = _other_spelling(request.path_info) if is_unknown else ""
        if not other or not is_valid_path(other):
            return response
        _move(request, other)
        return self.get_response(request)


def _other_spelling(path: str) -> str:
    """The path without its slash, or with one; "" for one that is too long for any of ours."""
    if len(path) > MAX_PATH_CHARACTERS:
        return ""
    return path[:-1] if path.endswith("/") else f"{path}/"


def _move(request: HttpRequest, path: str) -> None:
    request.path_info = request.path = path


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
        """Refuse a body that is compressed or too large. Django reads neither: it limits no files
        that it stores."""
        if is_api(request) and body_limits.is_encoded(request):
            return failure(errors.EncodingNotSupported())
        limit = body_limits.max_bytes(request)
        if not body_limits.has_length(request):
            body_limits.limit_chunked(request, limit)
            return None
        length = request.META.get("CONTENT_LENGTH") or ""
        if not length.isdecimal() or int(length) <= limit:
            return None
        return error_response(request, errors.BodyTooLarge(limit))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if is_unavailable(exception):
            logger.error("Database unavailable: %s", exception)
            if is_read_only(exception):
                connection.close()
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
