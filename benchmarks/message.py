"""An HTTP request, as bytes for a socket or as an environ for a WSGI application."""

import io
import re
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from random import randrange
from typing import Any
from urllib.parse import unquote

import orjson

HOST = "127.0.0.1"
_CONTENT_LENGTH = re.compile(rb"^content-length: *(\d+)\r?$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    def on_the_wire(self) -> bytes:
        headers = {"Host": HOST, **self.headers}
        if self.body:
            headers["Content-Length"] = str(len(self.body))
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode() + self.body

    def environ(self) -> dict[str, Any]:
        path, _, query = self.path.partition("?")
        names = {name: f"HTTP_{name.upper().replace('-', '_')}" for name in self.headers}
        environ = {names[name]: value for name, value in self.headers.items()}
        return environ | {
            "REQUEST_METHOD": self.method,
            "PATH_INFO": unquote(path),
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(self.body)),
            "HTTP_HOST": HOST,
            "SERVER_NAME": HOST,
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(self.body),
        }


def get(path: str, **headers: str) -> Request:
    """`get("/x", If_None_Match=etag)`."""
    return Request("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})


def post(path: str, **fields: str) -> Request:
    """`post("/x", phone_number="+91…")`, as JSON, through a proxy, from somewhere."""
    body = orjson.dumps(fields)
    client = str(IPv4Address(randrange(2**32)))
    headers = {"Content-Type": "application/json", "X-Forwarded-For": client}
    return Request("POST", path, body, headers)


def status_of(answer: bytes) -> int:
    return int(answer[9:12])


def header_of(answer: bytes, name: str) -> str:
    head = answer.partition(b"\r\n\r\n")[0].decode("latin-1")
    lines = (line.partition(": ") for line in head.split("\r\n")[1:])
    return next(value for key, _, value in lines if key.lower() == name.lower())


def is_complete(answer: bytes) -> bool:
    """Whether the whole answer has arrived: by its length, or by its last chunk."""
    head, end_of_head, body = answer.partition(b"\r\n\r\n")
    if not end_of_head or status_of(answer) == 304:
        return bool(end_of_head)
    length = _CONTENT_LENGTH.search(head)
    return len(body) >= int(length[1]) if length else body.endswith(b"0\r\n\r\n")
