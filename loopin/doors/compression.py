"""Compresses what pages send. The API's answers are short."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware import gzip

COMPRESSED_TYPES = ("text/html", "text/javascript")
PACKET_BYTES = 1200
"""The space for the body in a TCP segment of 1 460 bytes with some of the headers."""


class GZipMiddleware(gzip.GZipMiddleware):
    """Compresses pages and parts of pages, but no files and nothing that fits into one packet.

    Compression could betray a secret beside text that somebody else chose, by its length (BREACH).
    No other site can have a page asked for with our cookies and see how long it is (SameSite=Lax),
    the forms' tokens are masked anew each time, and Django adds up to 100 random bytes.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        is_text = response.headers.get("Content-Type", "").startswith(COMPRESSED_TYPES)
        if not (is_text and isinstance(response, HttpResponse)):
            return response
        if len(response.content) < PACKET_BYTES:
            return response
        return super().process_response(request, response)
