"""How a server finds the one that it replaces, gets its sockets, and tells it to end.

A server answers at a Unix socket in Linux' abstract namespace, which has the scope of the TCP port:
the network of the host or container. It has no file, and ends with its process. The kernel says
which process and user answer there (SO_PEERCRED), so that no number of a process that ended long
ago is believed, and nothing is killed.

Anybody on the host can take such a name first, and accept nobody there. So another user's process
counts as no server of ours, and the name is not needed to serve.
"""

import logging
import os
import socket
import struct
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Self

from django.core.management.base import CommandError

from loopin.serving.listening import EVERYWHERE, IS_LINUX, LOOPBACK

LISTENERS, RETIRE, BUSY = b"L", b"R", b"B"
MOST_LISTENERS = 253
"""As many as Linux passes at once (SCM_MAX_FD); WORKERS is less."""

TIMEOUT_SECONDS = 10
"""For each answer of the other server, which answers at once unless its host hangs."""

logger = logging.getLogger(__name__)


def _name(host: str, port: int) -> str:
    return f"\0loopin-serve:{host}:{port}"


def _peer(connection: socket.socket) -> tuple[int, int]:
    """The process and the user at the other end."""
    size = struct.calcsize("3i")
    pid, user, _ = struct.unpack(
        "3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
    )
    return pid, user


def _is_trusted(user: int) -> bool:
    return user in (os.geteuid(), 0)


class RunningServer:
    """A server that another process runs. `is_ours`: not by another user, who could be anybody."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.pid, user = _peer(connection)
        self.is_ours = _is_trusted(user)

    @classmethod
    def find(cls, host: str, port: int) -> Self | None:
        """The server at exactly this address; None if there is none."""
        if not IS_LINUX:
            return None
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(TIMEOUT_SECONDS)
        try:
            connection.connect(_name(host, port))
        except OSError:
            connection.close()
            return None
        return cls(connection)

    def listeners(self) -> list[socket.socket]:
        """The sockets on which it listens; it goes on accepting there.

        Raises CommandError if it is another user's, or being replaced by somebody else.
        """
        if not self.is_ours:
            raise CommandError(f"Process {self.pid}, which serves there, is another user's.")
        # A process that forks would keep the other server from seeing that this one has died.
        os.register_at_fork(after_in_child=self._connection.close)
        try:
            self._connection.sendall(LISTENERS)
            answer, descriptors, _, _ = socket.recv_fds(self._connection, 1, MOST_LISTENERS)
        except OSError:
            answer, descriptors = b"", []
        if answer != LISTENERS or not descriptors:
            reason = "is being replaced already" if answer == BUSY else "did not answer"
            raise CommandError(f"Process {self.pid}, which serves there, {reason}.")
        return [socket.socket(fileno=descriptor) for descriptor in descriptors]

    def let_go(self) -> None:
        """Want nothing of it."""
        self._connection.close()

    def retire(self) -> None:
        """Tell it to accept no more, to finish what it has, and to end.

        Returns when it accepts no more successors, so that this process can. A server that has died
        meanwhile needs not be told.
        """
        with suppress(OSError):
            self._connection.sendall(RETIRE)
            self._connection.recv(1)


def pid_at(host: str, port: int) -> int | None:
    """The process of a server of ours at exactly this address; None if there is none."""
    server = RunningServer.find(host, port)
    if server is None:
        return None
    server.let_go()
    return server.pid if server.is_ours else None


def who_serves(host: str, port: int) -> int | None:
    """Likewise at this host or at one that overlaps."""
    others = LOOPBACK if host in (*EVERYWHERE, *LOOPBACK) else ()
    pids = (pid_at(name, port) for name in dict.fromkeys((host, *EVERYWHERE, *others)))
    return next((pid for pid in pids if pid is not None), None)


class Successors:
    """Answers those who would take this server's place, one at a time."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._one_at_a_time = threading.Lock()
        self._control_socket = socket.socket(socket.AF_UNIX)
        os.register_at_fork(after_in_child=self._control_socket.close)
        self._answering = threading.Thread(name="successors", daemon=True)
        self._has_name = False

    def claim(self) -> None:
        """Take the name of the address, which one server of ours has.

        Raises CommandError if another one has it.
        """
        pid = who_serves(self._host, self._port)
        if pid is None and IS_LINUX:
            try:
                self._control_socket.bind(_name(self._host, self._port))
                self._has_name = True
            except OSError:
                pid = who_serves(self._host, self._port)
        if pid is not None:
            raise CommandError(
                f"Process {pid} is a Loopin that serves port {self._port} already. Stop it, or put"
                " this one in its place: `serve --replace`, with the same --host and --port."
            )

    def answer(self, listeners: Sequence[socket.socket], retire: Callable[[], None]) -> None:
        """Answer from here on, in threads. `retire` is called once a successor is ready."""
        if not self._has_name:
            if IS_LINUX:
                logger.warning("The name for `serve --replace` is taken: stop and start instead")
            return
        self._control_socket.listen()
        self._listeners, self._retire = listeners, retire
        self._answering = threading.Thread(target=self._accept, name="successors", daemon=True)
        self._answering.start()

    def _accept(self) -> None:
        with suppress(OSError):  # it was closed, by the thread that retires
            while True:
                connection, _ = self._control_socket.accept()
                arguments = [connection]
                threading.Thread(target=self._talk, args=arguments, daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            if not _is_trusted(_peer(connection)[1]) or connection.recv(1) != LISTENERS:
                return
            if not self._one_at_a_time.acquire(blocking=False):
                connection.sendall(BUSY)
                return
            try:
                self._hand_over(connection)
            finally:
                self._one_at_a_time.release()

    def _hand_over(self, connection: socket.socket) -> None:
        descriptors = [listener.fileno() for listener in self._listeners]
        socket.send_fds(connection, [LISTENERS], descriptors)
        if connection.recv(1) == RETIRE:  # or it has given up, or died
            self._close_control_socket()
            self._retire()
            connection.sendall(RETIRE)

    def _close_control_socket(self) -> None:
        """The name is free once the thread that accepts has let go of the socket, too."""
        self._control_socket.shutdown(socket.SHUT_RDWR)
        self._answering.join()
        self._control_socket.close()
