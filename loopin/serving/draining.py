"""Ends a web process' connections without cutting off a request on any of them.

A client cannot know that an idle connection is about to be closed: a request that it sends at that
moment is lost, and few libraries send it again. So nothing is closed. Each answer says that it is
the last one on its connection, and the server's own limit ends those that stay idle.
"""

import os
import socket
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

Application = Callable[..., Iterable[bytes]]

LAST_ANSWER = ("Connection", "close")
FAMILIES = (socket.AF_INET, socket.AF_INET6)
LOOK_SECONDS = 0.1
"""How often it looks whether connections are left."""


class Draining:
    """A WSGI application whose answers are the last ones on their connections once `is_draining`.

    HTTP/2 knows no such header, and ends its connections in order by itself.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        self.is_draining = False

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            # It may have been told to drain since the request came.
            if self.is_draining and not environ["SERVER_PROTOCOL"].startswith("HTTP/2"):
                headers = [*headers, LAST_ANSWER]
            return start_response(status, headers, *error)

        return self._application(environ, start)


def drain(application: Draining, listener: socket.socket) -> None:
    """Accept no more, and return when no connection is left."""
    application.is_draining = True
    port = listener.getsockname()[1]
    _accept_no_more(listener)
    while any(_connections(port)):
        time.sleep(LOOK_SECONDS)


def _accept_no_more(listener: socket.socket) -> None:
    """Put a socket to which nobody connects in the place of each copy of the listener.

    Closing them would not do: granian has no such call, and ends all its connections when it is
    told to stop. The other processes' copies stay as they are.
    """
    wanted = os.fstat(listener.fileno()).st_ino
    with socket.socket(socket.AF_UNIX) as nobody:
        nobody.bind("")  # the kernel draws a name in the abstract namespace
        nobody.listen()
        nobody.setblocking(False)
        for descriptor in _sockets():
            if os.fstat(descriptor).st_ino == wanted:
                os.dup2(nobody.fileno(), descriptor, inheritable=False)


def _connections(port: int) -> Iterator[bool]:
    """One for each connection that a client opened to the port."""
    for descriptor in _sockets():
        with suppress(OSError), socket.socket(fileno=os.dup(descriptor)) as found:
            is_ours = found.family in FAMILIES and found.getsockname()[1] == port
            if is_ours and found.getpeername():  # raises for one that listens
                yield True


def _sockets() -> Iterator[int]:
    """The descriptors of this process' sockets."""
    for name in os.listdir("/proc/self/fd"):
        with suppress(OSError):  # it was closed meanwhile
            if stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                yield int(name)
