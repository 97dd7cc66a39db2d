"""Gives each request an id, and writes one log line for each answer that is not 304."""

import hashlib
import hmac
import logging
import re
import secrets
import time
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.signals import request_finished
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.encoding import escape_uri_path

from loopin import request_facts
from loopin.logs.redaction import AS_IT_IS, HASH_DIGITS, redact
from loopin.request_facts import RequestFacts, database_time
from loopin.web.client_network import get_client_ip, get_network
from loopin.web.http import MAX_PATH_CHARACTERS, GetResponse

logger = logging.getLogger(__name__)

HEADER = "X-Request-ID"

NOT_MODIFIED = 304
"""These answers are not logged, because open desks ask every second whether anything changed."""

MAX_METHOD_CHARACTERS = 16
"""The longest method that is in use, `VERSION-CONTROL`, has 15."""

FIELDS = {
    "method": "The method of HTTP.",
    "path": "The path that was asked for, redacted and without its query.",
    "route": "The pattern of addresses that the path belongs to; empty if it belongs to none.",
    "status": "The status of the answer.",
    "code": "The [error code](errors.md) of a refusal; empty otherwise.",
    "duration_ms": "How long the answer took, in milliseconds, without the server's own part.",
    "db_ms": "How much of it was spent waiting for the database.",
    "db_asked": "How often the database was asked. BEGIN goes with a statement, COMMIT by itself.",
    "provider_ms": "How much of it was spent waiting for the provider of messages.",
    "client": "The client's network as a keyed hash; see below.",
    "user": "The id of the user who is signed in or signs in; null for visitors.",
    "session": "The first 8 digits of the session's id; empty for visitors, tokens and keys.",
}
"""What the line of a request has besides what every line has; docs/logs.md lists it."""

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
        began, seconds, asked = time.perf_counter(), database_time.seconds, database_time.asked
        path = _shown(request.path[:MAX_PATH_CHARACTERS])
        facts = RequestFacts(choose_id(request), get_client_ip(request))
        request_facts.begin(facts)
        response = self.get_response(request)
        response.headers[HEADER] = facts.request_id
        if response.status_code != NOT_MODIFIED:
            fields = {
                "method": (request.method or "-")[:MAX_METHOD_CHARACTERS],
                "path": path,
                "route": request.resolver_match.route if request.resolver_match else "",
                "status": response.status_code,
                "code": facts.code if response.status_code >= 400 else "",
                "duration_ms": _milliseconds(time.perf_counter() - began),
                "db_ms": _milliseconds(database_time.seconds - seconds),
                "db_asked": database_time.asked - asked,
                "provider_ms": _milliseconds(facts.provider_seconds),
                "client": keyed(facts.client_ip),
                "user": facts.user_id,
                "session": facts.session,
            }
            _write(fields)
        return response


@receiver(request_finished)
def _clear_context(**kwargs: Any) -> None:
    """Clear the context only now, because Django logs errors after all middleware has ended."""
    request_facts.end()


def current_client_ip() -> str | None:
    """The client's IP; None outside of any request, or where it cannot be read."""
    return request_facts.current().client_ip or None


def keyed(client_ip: str) -> str:
    """The word by which lines name a client's network, as limits count it; "" for no IP.

    It is made with a key that nobody can undo it without, and that is another one each month (UTC):
    lines of one month can be joined, and nobody can be followed for longer.
    """
    return _keyed(client_ip, time.gmtime()[:2]) if client_ip else ""


@lru_cache(maxsize=4096)
def _keyed(client_ip: str, month: tuple[int, ...]) -> str:
    digest = hmac.digest(_key(month), get_network(client_ip).encode(), hashlib.sha256)
    return digest.hex()[:HASH_DIGITS]


@lru_cache(maxsize=2)
def _key(month: tuple[int, ...]) -> bytes:
    """`month`: its year and its number."""
    purpose = f"loopin.logs.request_log {month}"
    return hmac.digest(settings.SECRET_KEY.encode(), purpose.encode(), hashlib.sha256)


def choose_id(request: HttpRequest) -> str:
    """The id that was sent, unless it is malformed, or a number or token that must not be
    logged."""
    sent = request.META.get("HTTP_X_REQUEST_ID", "")
    return sent if _is_sane(sent) and redact(sent) == sent else secrets.token_hex(8)


@lru_cache(maxsize=1024)
def _shown(path: str) -> str:
    """A path as lines show it. Most requests are for a few paths, which stay."""
    return redact(escape_uri_path(path))


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 1)


def _write(fields: dict[str, Any]) -> None:
    """The path is logged without its query, which may contain anything.

    The record is made here, because `logger.info` looks for the line of code that called it, which
    takes a fifth of the time that the whole line takes.
    """
    if not logger.isEnabledFor(logging.INFO):
        return
    words = f"{fields['method']} {fields['path']} {fields['status']} {fields['duration_ms']} ms"
    for name in IN_WORDS:
        if fields[name]:
            words += f" {name}={fields[name]}"
    record = logging.LogRecord(logger.name, logging.INFO, __file__, 0, words, None, None)
    vars(record).update(AS_IT_IS, fields=fields)
    logger.handle(record)


IN_WORDS = ("code", "db_ms", "provider_ms", "user")
"""What a line for people says besides, where there is something to say."""
