"""Gives each request an id, and writes one log line for each answer that is not 304."""

import logging
import re
import secrets
import time
from contextvars import ContextVar
from typing import Any

from django.core.signals import request_finished
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.encoding import escape_uri_path

from loopin.logs.redaction import AS_IT_IS, redact
from loopin.middleware import GetResponse
from loopin.web.client_network import get_client_ip
from loopin.web.http import MAX_PATH_CHARACTERS

logger = logging.getLogger(__name__)

HEADER = "X-Request-ID"

NOT_MODIFIED = 304
"""These answers are not logged, because open desks ask every second whether anything changed."""

request_id: ContextVar[str] = ContextVar("request_id", default="-")
"""The id of the current request; "-" outside of any."""

_client_ip: ContextVar[str] = ContextVar("client_ip", default="")

MAX_METHOD_CHARACTERS = 16
"""The longest method that is in use, `VERSION-CONTROL`, has 15."""

_is_sane = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}").fullmatch


class RequestLogMiddleware:
    """The first middleware, so that it measures the whole time of answering except the server's
    part.

    A proxy's or an app's own id is kept, if it is a plain word of at most 64 characters, so that
    one search finds the request in every log.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        id_of_request = _choose_id(request)
        path = redact(escape_uri_path(request.path[:MAX_PATH_CHARACTERS]))
        request_id.set(id_of_request)
        _client_ip.set(get_client_ip(request))
        response = self.get_response(request)
        response.headers[HEADER] = id_of_request
        if response.status_code != NOT_MODIFIED:
            method = (request.method or "-")[:MAX_METHOD_CHARACTERS]
            _write(method, path, response.status_code, time.perf_counter() - began)
        return response


@receiver(request_finished)
def _clear_context(**kwargs: Any) -> None:
    """Clear the context only now, because Django logs errors after all middleware has ended."""
    request_id.set("-")
    _client_ip.set("")


def current_client_ip() -> str | None:
    """The client's IP; None outside of any request, or where it cannot be read."""
    return _client_ip.get() or None


def _choose_id(request: HttpRequest) -> str:
    """The id that was sent, unless it is malformed, or a number or token that must not be
    logged."""
    sent = request.META.get("HTTP_X_REQUEST_ID", "")
    return sent if _is_sane(sent) and redact(sent) == sent else secrets.token_hex(8)


def _write(method: str, path: str, status: int, seconds: float) -> None:
    """Log the path without its query, which may contain anything."""
    milliseconds = round(seconds * 1000, 1)
    fields = {"method": method, "path": path, "status": status, "duration_ms": milliseconds}
    extra = AS_IT_IS | {"fields": fields}
    logger.info("%s %s %s %s ms", method, path, status, milliseconds, extra=extra)
