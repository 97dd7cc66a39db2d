"""The answer with a page that depends on the language alone."""

import hashlib

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag


def revalidated(request: HttpRequest, content: str, *, language: str) -> HttpResponse:
    """The page, or 304 for a browser that has it."""
    headers = {"Cache-Control": "no-cache", "Content-Language": language}
    response = HttpResponse(content, headers=headers)
    response.headers["ETag"] = etag = quote_etag(hashlib.sha256(content.encode()).hexdigest())
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return get_conditional_response(request, etag=etag, response=response) or response
