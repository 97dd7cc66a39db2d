"""The address of the site, with which full URLs of ours begin.

Production goes by SITE_URL alone: whoever sends a request chooses its Host, and links to another
site would reach other people. Development without SITE_URL goes by the request, so that one server
is right for a browser beside it, for an emulator and for a phone.
"""

from contextvars import ContextVar

from django.conf import settings
from django.core.exceptions import DisallowedHost, MiddlewareNotUsed
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from loopin.web.http import GetResponse

_address: ContextVar[str] = ContextVar("site_address", default="")


def get_site_url() -> str:
    """Like `https://loopin.example`, without a slash at its end."""
    return _address.get() or settings.SITE_URL.rstrip("/")


class SiteAddressMiddleware:
    """Development's alone: notes which address a request was sent to, while it is answered."""

    def __init__(self, get_response: GetResponse) -> None:
        if not settings.SITE_URL_FOLLOWS_REQUESTS:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        noted = _address.set(_address_of(request))
        try:
            return self.get_response(request)
        finally:
            _address.reset(noted)


def _address_of(request: HttpRequest) -> str:
    """ "" for a host that is not among ALLOWED_HOSTS."""
    try:
        return f"{request.scheme}://{request.get_host()}"
    except DisallowedHost:
        return ""
