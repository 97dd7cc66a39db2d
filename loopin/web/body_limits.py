"""Limits the size of a body: `DATA_UPLOAD_MAX_MEMORY_SIZE`, or more for views that take files.

A body without a length (`Transfer-Encoding: chunked`) has the same limit, counted while it is read.

Views register by name, because the limit applies before the view runs: the CSRF check reads the
whole form.
"""

from collections.abc import Callable
from dataclasses import dataclass
from io import BufferedIOBase
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest


@dataclass(frozen=True)
class FileView:
    max_bytes: int
    is_allowed: Callable[[HttpRequest], bool]


_file_views: dict[str, FileView] = {}


def allow_files(
    view_name: str, *, max_bytes: int, is_allowed: Callable[[HttpRequest], bool]
) -> None:
    """Allow larger POST bodies for the view of this name ("api:list_pictures").

    `is_allowed` checks who asks, installs the upload handlers, and says whether the larger limit
    applies; otherwise the general limit does.
    """
    _file_views[view_name] = FileView(max_bytes, is_allowed)


def max_bytes(request: HttpRequest) -> int:
    """The largest body that this request may have."""
    match = request.resolver_match
    view = _file_views.get(match.view_name) if match and request.method == "POST" else None
    if view is not None and view.is_allowed(request):
        return view.max_bytes
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


def has_length(request: HttpRequest) -> bool:
    """Whether the client says how long its body is. A request without either header has none."""
    return bool(request.META.get("CONTENT_LENGTH")) or not request.META.get(
        "HTTP_TRANSFER_ENCODING"
    )


def is_encoded(request: HttpRequest) -> bool:
    """Whether the body is compressed (RFC 9110 §8.4). A few bytes could become any number, so none
    is unpacked."""
    encoding = request.META.get("HTTP_CONTENT_ENCODING", "").strip().lower()
    return encoding not in ("", "identity")


def limit_chunked(request: HttpRequest, limit: int) -> None:
    """Let the body be read up to its end, which Django would not do, but no further than the limit.

    Django reads as much as `CONTENT_LENGTH` says, and of a form nothing where it is 0; so the limit
    stands there, which is the most that the body can have.
    """
    vars(request)["_stream"] = ChunkedBody(request.META["wsgi.input"], limit)
    request.META["CONTENT_LENGTH"] = str(limit)


class ChunkedBody(BufferedIOBase):
    """Reads a body whose end the server knows. Raises RequestDataTooBig past the limit."""

    def __init__(self, stream: Any, limit: int) -> None:
        super().__init__()
        self.stream = stream
        self.left = limit

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = self.left + 1 if size is None or size < 0 else min(size, self.left + 1)
        parts: list[bytes] = []
        while wanted > 0 and (part := self.stream.read(wanted)):
            parts.append(part)
            wanted -= len(part)
            self.left -= len(part)
        if self.left < 0:
            raise RequestDataTooBig
        return b"".join(parts)
