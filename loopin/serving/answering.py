"""Answers granian's requests in threads that take turns.

Granian calls a WSGI application in one of its own threads and takes what the call returns for the
answer. Its `proto` can be answered by any thread, and later: so granian's threads only read what
the client sends, however slowly, and queue the request. Only a body can be read no later than that.
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

from loopin.metrics.threads import THREADS_BUSY
from loopin.serving import turns
from loopin.serving.draining import Application
from loopin.serving.turns import Turns

AHEAD_BYTES = 64 * 1024
"""Bodies up to this size are read before the request is queued. Larger ones, and those without a
length, end with granian's call: the thread that reads them answers itself. It takes a turn for
that, which it passes on while it waits for a part."""

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
        environ: dict[str, Any] = basic | scope
        body, length = environ["wsgi.input"], _length(environ)
        THREADS_BUSY.add(1)
        if length is None or length > AHEAD_BYTES:
            environ["wsgi.input"] = _WithoutTurn(body)
            with turns.taken():
                _answer(application, proto, environ)
            return
        content = body.read(length) if length else b""
        if len(content) < length:
            _refuse(proto)
            return
        environ["wsgi.input"] = io.BytesIO(content)
        queue.submit(partial(_answer, application, proto, environ))

    return run


def _length(environ: dict[str, Any]) -> int | None:
    """How many bytes the body has; None if the client does not say so."""
    length = environ.get("CONTENT_LENGTH") or "0"
    is_known = "HTTP_TRANSFER_ENCODING" not in environ and length.isdecimal()
    return int(length) if is_known else None


def _refuse(proto: Any) -> None:
    """Half a form may look like a whole one, so nothing is done for a client that went away."""
    proto.response_bytes(400, [], b"")
    THREADS_BUSY.add(-1)


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
    finally:
        THREADS_BUSY.add(-1)


def _stream(proto: Any, head: Response, response: Any) -> None:
    """Send it part by part, which takes as long as the client reads: without a turn, but for the
    parts that need one."""
    with turns.given_back():
        parts = ResponseIterWrap(_Parts(response))  # type: ignore[no-untyped-call]
        proto.response_iter(head.status, head.headers, parts)


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
