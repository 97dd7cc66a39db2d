"""Answers granian's requests in threads that take turns.

Granian calls a WSGI application in one of its own threads and takes what the call returns for the
answer. Its `proto` can be answered by any thread, and later: so granian's threads only read what
the client sends, however slowly, and queue the request.
"""

import io
import logging
import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.http import FileResponse
from granian.wsgi import Response, ResponseIterWrap

from loopin.serving import turns
from loopin.serving.draining import Application
from loopin.serving.turns import Turns

AHEAD_BYTES = 64 * 1024
"""Bodies up to this size are read before the request is queued. Of larger ones, and of those
without a length, the application waits for each part, without its turn."""

OF_EVERY_REQUEST = {
    "GATEWAY_INTERFACE": "CGI/1.1",
    "SCRIPT_NAME": "",
    "SERVER_SOFTWARE": "Granian",
    "wsgi.errors": sys.stderr,
    "wsgi.input_terminated": True,
    "wsgi.multiprocess": True,
    "wsgi.multithread": True,
    "wsgi.run_once": False,
    "wsgi.version": (1, 0),
}

Runner = Callable[[Any, dict[str, Any]], None]

logger = logging.getLogger(__name__)


def runner(application: Application, queue: Turns) -> Runner:
    """What granian calls with its `proto` and what it knows of the request."""
    basic = dict(os.environ) | OF_EVERY_REQUEST

    def run(proto: Any, scope: dict[str, Any]) -> None:
        environ = basic | scope
        environ["wsgi.input"] = _read_ahead(environ)
        queue.submit(partial(_answer, application, proto, environ))

    return run


def _answer(application: Application, proto: Any, environ: dict[str, Any]) -> None:
    head = Response()  # type: ignore[no-untyped-call]
    try:
        response: Any = application(environ, head)
        if getattr(response, "streaming", True):
            _stream(proto, head, response)
        else:
            body = b"".join(response)
            response.close()
            proto.response_bytes(head.status, head.headers, body)
    except Exception:
        logger.exception("A request got no answer from the application")
        proto.response_bytes(500, [], b"")


def _stream(proto: Any, head: Response, response: Any) -> None:
    """Send it part by part, which takes as long as the client reads: without a turn, but for the
    parts that need one."""
    with turns.given_back():
        parts = ResponseIterWrap(_Parts(response))  # type: ignore[no-untyped-call]
        proto.response_iter(head.status, head.headers, parts)


def _read_ahead(environ: dict[str, Any]) -> Any:
    body, length = environ["wsgi.input"], environ.get("CONTENT_LENGTH") or "0"
    if "HTTP_TRANSFER_ENCODING" in environ or not length.isdecimal() or int(length) > AHEAD_BYTES:
        return _WithoutTurn(body)
    return io.BytesIO(body.read(int(length)) if int(length) else b"")


class _WithoutTurn:
    """A body that is waited for without a turn."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def read(self, *size: int) -> bytes:
        with turns.given_back():
            return bytes(self._body.read(*size))

    def readline(self, *size: int) -> bytes:
        with turns.given_back():
            return bytes(self._body.readline(*size))

    def readlines(self, *hint: int) -> list[bytes]:
        with turns.given_back():
            return list(self._body.readlines(*hint))

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")


class _Parts:
    """The parts of an answer: those of files as they are read, all others each within a turn."""

    def __init__(self, response: Any) -> None:
        self._response = response
        self._parts = iter(response)
        self._needs_turn = not isinstance(response, FileResponse)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if not self._needs_turn:
            return bytes(next(self._parts))
        with turns.taken():
            return bytes(next(self._parts))

    def close(self) -> None:
        """What is done at the end of a request looks at its connections."""
        with turns.taken():
            getattr(self._response, "close", lambda: None)()
