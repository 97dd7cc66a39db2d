"""The sockets on which the processes of a server accept connections: one for each process, all at
the same address.

The kernel deals connections out to them evenly. One socket that all processes share would be
simpler, but whoever wakes first takes all that wait there: of 16 connections that stay open, one
process of two got between 12 and 16.

A server that takes the place of another gets these very sockets from it. A connection that waits to
be accepted waits at the socket, for whichever process accepts there, so none is lost.
"""

import errno
import os
import socket
import sys

from django.core.management.base import CommandError

BACKLOG = 1024
"""How many connections wait to be accepted; the kernel's `net.core.somaxconn` limits it too."""

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  only compared
LOOPBACK = ("127.0.0.1", "::1", "localhost")

IS_LINUX = sys.platform == "linux"


def listen(host: str, port: int, *, count: int) -> list[socket.socket]:
    """So many sockets. Raises CommandError if the address cannot be listened on, and says why."""
    try:
        # Without sharing, the kernel refuses an address at which anybody listens.
        _bound(host, port, is_shared=False).close()
        return join(host, port, count=count)
    except OSError as error:
        raise CommandError(_reason(host, port, error)) from None


def join(host: str, port: int, *, count: int) -> list[socket.socket]:
    """So many more sockets at an address at which this user listens already. Raises OSError."""
    listeners = []
    for _ in range(count):
        listener = _bound(host, port, is_shared=True)
        listener.listen(BACKLOG)
        listener.setblocking(False)
        listeners.append(listener)
    return listeners


def _bound(host: str, port: int, *, is_shared: bool) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    bound = socket.socket(family, kind, protocol)
    # The connections of a server that has ended linger for a minute, and are no reason to wait.
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if is_shared:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        bound.bind(address)
    except OSError:
        bound.close()
        raise
    return bound


def _reason(host: str, port: int, error: OSError) -> str:
    where = f"{host}:{port}"
    if isinstance(error, socket.gaierror):
        return f"{host} is no address of this host: {error.strerror}."
    if error.errno == errno.EADDRINUSE:
        return (
            f"{where} is taken by another program. Stop it, or choose another --port. A Loopin 1.0"
            " is replaced as docs/restarts.md says."
        )
    return f"{where} cannot be served at: {os.strerror(error.errno or 0)}."
