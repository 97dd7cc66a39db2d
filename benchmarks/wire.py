"""Counts what goes to PostgreSQL, in a socket between a program and its database.

It sees what the program waits for whichever way it sends it: through the ORM, a driver's own
cursor, a pipeline, or the connections of other threads.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

SOCKET_NAME = ".s.PGSQL.5432"
CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
HEALTH_CHECK = "SELECT 1"
_HEAD = 5
"""Bytes of a message before its content: its kind, and its length with the length itself."""


@dataclass
class Traffic:
    """`trips`: how often the program asked for an answer and waited for it.

    A statement without parameters is one (Query), one with parameters is one (Sync), and so is each
    end of a pipeline and each result fetched inside it (Flush).
    """

    trips: int = 0
    statements: list[str] = field(default_factory=list)

    @property
    def control(self) -> int:
        """How many of the statements only begin and end transactions."""
        return sum(sql.lstrip().upper().startswith(CONTROL) for sql in self.statements)

    @property
    def told(self) -> str:
        """`7 + 2`: statements, and those that only begin, end or ask whether one is connected."""
        more = self.control + self.statements.count(HEALTH_CHECK)
        return f"{len(self.statements) - more} + {more}"


class Wire:
    """Passes what arrives at a socket in `folder` on to the one in `database_folder`.

    Each call of `take` returns what passed since the call before it.
    """

    def __init__(self, folder: Path, database_folder: str) -> None:
        self.folder = folder
        self._database = f"{database_folder}/{SOCKET_NAME}"
        self._traffic = Traffic()
        self._lock = threading.Lock()
        self._listener = socket.socket(socket.AF_UNIX)
        self._path = folder / SOCKET_NAME
        self._path.unlink(missing_ok=True)  # of a process that was killed
        self._listener.bind(str(self._path))
        self._listener.listen(64)

    def take(self) -> Traffic:
        with self._lock:
            taken, self._traffic = self._traffic, Traffic()
        return taken

    def serve(self) -> None:
        """Until the listener is closed."""
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                database = socket.socket(socket.AF_UNIX)
                database.connect(self._database)
                _in_thread(self._questions, client, database)
                _in_thread(_answers, database, client)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._path.unlink()

    def _questions(self, client: socket.socket, database: socket.socket) -> None:
        """Counted before they are passed on, so that who has the answer finds them counted."""
        reader = _Reader()
        with suppress(OSError):
            while received := client.recv(1 << 16):
                with self._lock:
                    reader.read(received, self._traffic)
                database.sendall(received)
        _close(client, database)


def _answers(database: socket.socket, client: socket.socket) -> None:
    with suppress(OSError):
        while received := database.recv(1 << 16):
            client.sendall(received)
    _close(client, database)


def _close(*sockets: socket.socket) -> None:
    for one in sockets:
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()


def _in_thread(target: object, *args: object) -> None:
    threading.Thread(target=target, args=args, daemon=True).start()  # type: ignore[arg-type]


class _Reader:
    """Reads the messages of one connection as PostgreSQL's protocol 3.0 has them."""

    def __init__(self) -> None:
        self._pending = b""
        self._is_started = False
        self._prepared: dict[bytes, str] = {}
        self._bound = ""

    def read(self, received: bytes, traffic: Traffic) -> None:
        self._pending += received
        while message := self._next():
            kind, content = message
            if kind in b"QSH":
                traffic.trips += 1
            if kind == b"Q":
                traffic.statements.append(_text(content))
            elif kind == b"P":
                name, _, sql = content.partition(b"\0")
                self._prepared[name] = _text(sql)
            elif kind == b"B":
                self._bound = self._prepared.get(content.split(b"\0", 2)[1], "")
            elif kind == b"E":
                traffic.statements.append(self._bound)

    def _next(self) -> tuple[bytes, bytes] | None:
        """The first message has no kind."""
        start = 1 if self._is_started else 0
        end = start + int.from_bytes(self._pending[start : start + 4], "big")
        if len(self._pending) < max(end, _HEAD):
            return None
        kind, content = self._pending[:start] or b"-", self._pending[start + 4 : end]
        self._pending, self._is_started = self._pending[end:], True
        return kind, content


def _text(sql: bytes) -> str:
    return sql.partition(b"\0")[0].decode()


@contextmanager
def counted(folder: Path, database_folder: str) -> Iterator[Wire]:
    """A socket in `folder` that leads to the database whose socket is in `database_folder`."""
    folder.mkdir(exist_ok=True)
    wire = Wire(folder, database_folder)
    _in_thread(wire.serve)
    try:
        yield wire
    finally:
        wire.close()
