"""Serves uploaded pictures to anybody who has the URL, from a folder or a bucket."""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from accounts.pictures import storage
from loopin.config.picture_storage import FOR_EVER
from loopin.web.route_limits import limited_by_proxy

HEADERS = {
    "Cache-Control": FOR_EVER,  # a name is never given to other pixels
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Content-Language": "zxx",  # no language: https://www.rfc-editor.org/rfc/rfc5646#section-4.1
    "Cross-Origin-Resource-Policy": "cross-origin",  # web apps on other hosts show them too
}


@require_safe
@limited_by_proxy("browsers and CDNs keep a picture for ever, and its name cannot be guessed")
def media(request: HttpRequest, file_name: str) -> HttpResponse:
    content = storage.read(file_name)
    etag = quote_etag(file_name)
    response = HttpResponse(content, "image/webp", headers=HEADERS | {"ETag": etag})
    response["Content-Length"] = str(len(content))
    answer = get_conditional_response(request, etag=etag, response=response) or response
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    return answer
