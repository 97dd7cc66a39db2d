"""Takes out of requests the headers by which clients could write into traces and reports.

A client that sends them chooses which of its requests are reported, to which trace they belong, and
words that go along as they are. `traceparent` stays: docs/logs.md says who may send it.
"""

from collections.abc import Callable, Iterable
from typing import Any

TAKEN = ("HTTP_SENTRY_TRACE", "HTTP_BAGGAGE", "HTTP_TRACESTATE")

Application = Callable[..., Iterable[bytes]]


def without_them(application: Application) -> Application:
    """A WSGI application in front of the libraries, which wrap Django's."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        for name in TAKEN:
            environ.pop(name, None)
        return application(environ, start_response)

    return answer
