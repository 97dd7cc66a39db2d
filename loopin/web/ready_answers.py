"""Answers that are the same for everybody, as bytes that are made once."""

import hashlib
from dataclasses import dataclass
from typing import Self

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

TAG_DIGITS = 32

CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH")
"""What a client may ask about a tag."""


@dataclass(frozen=True)
class ReadyAnswer:
    content: bytes
    headers: dict[str, str]

    @classmethod
    def of(cls, content: bytes, content_type: str, **headers: str) -> Self:
        """With its tag and these headers; `Cache_Control` stands for `Cache-Control`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        own = {
            "Content-Type": content_type,
            "Content-Length": str(len(content)),
            "ETag": tag_of(content),
        }
        return cls(content, own | named)

    def to(self, request: HttpRequest) -> HttpResponse:
        """The answer, or 304 for a client that has it."""
        return revalidated(request, HttpResponse(self.content, headers=self.headers))


def tag_of(content: bytes) -> str:
    return quote_etag(hashlib.sha256(content).hexdigest()[:TAG_DIGITS])


def revalidated(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer that has an ETag, or 304 or 412 for a client that names one."""
    if not any(condition in request.META for condition in CONDITIONS):
        return response
    found = get_conditional_response(request, response.headers["ETag"], response=response)
    return found or response
