"""The line between a browser and the site, which can be cut at any moment of an upload."""

import socket
import threading
from contextlib import suppress

CHUNK = 16 * 1024
UPLOAD = b"POST /profile/pictures/upload/"


class Line:
    """Passes bytes on, at `url`. Each cut happens once, to the next upload.

    `cut_after`: so many bytes of its request are passed on before the line breaks.
    `loses_answer`: the request arrives whole, and the line breaks when the answer comes.
    `is_down`: nothing gets through at all. `sent`: all that uploads sent.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.cut_after: int | None = None
        self.loses_answer = False
        self.is_down = False
        self.cuts = 0
        self.sent = b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self.is_down:
                    client.close()
                    continue
                server = socket.create_connection(("127.0.0.1", self.port))
                Connection(self, client, server)


class Connection:
    """One connection of the browser, and the one to the site that belongs to it."""

    def __init__(self, line: Line, client: socket.socket, server: socket.socket) -> None:
        self.line, self.client, self.server = line, client, server
        self.uploaded: int | None = None
        for pump in (self._send, self._receive):
            threading.Thread(target=self._until_closed, args=(pump,), daemon=True).start()

    def _until_closed(self, pump) -> None:
        with suppress(OSError):
            pump()
        for end in (self.client, self.server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _send(self) -> None:
        while part := self.client.recv(CHUNK):
            if part.startswith(UPLOAD):
                self.uploaded = 0
            elif part.startswith((b"GET ", b"POST ")):
                self.uploaded = None
            if self.uploaded is not None:
                self.line.sent += part
            if self.line.is_down or self._is_cut(len(part)):
                return
            self.server.sendall(part)

    def _is_cut(self, size: int) -> bool:
        if self.uploaded is None or self.line.cut_after is None:
            return False
        self.uploaded += size
        if self.uploaded <= self.line.cut_after:
            return False
        self.line.cut_after = None
        self.line.cuts += 1
        return True

    def _receive(self) -> None:
        while part := self.server.recv(CHUNK):
            if self.line.is_down:
                return
            if self.line.loses_answer and self.uploaded is not None:
                self.line.loses_answer = False
                self.line.cuts += 1
                return
            self.client.sendall(part)
