"""Which language a request is answered in."""

from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from loopin.http import is_api

NAMES = dict(settings.LANGUAGES)
MAX_HEADER_LENGTH = 500
"""Characters of `Accept-Language` that are read, as Django reads them. Browsers send about 50."""


class LanguageMiddleware:
    """Words, dates and numbers in the language of the request, and of no other after it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = language_of(request)
        with translation.override(language, deactivate=True):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        varies = ["Accept-Language"] if is_api(request) else ["Accept-Language", "Cookie"]
        patch_vary_headers(response, varies)
        return response


def language_of(request: HttpRequest) -> str:
    """A page's reader may have chosen one, which a cookie keeps; else what the client prefers."""
    chosen = None if is_api(request) else request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if chosen in NAMES:
        return chosen
    return _preferred(request.META.get("HTTP_ACCEPT_LANGUAGE", "")[:MAX_HEADER_LENGTH])


@lru_cache(maxsize=1000)
def _preferred(accept_language: str) -> str:
    """The first of ours by quality (RFC 9110 §12.5.4); English if there is none."""
    for code, quality in parse_accept_lang_header(accept_language):
        known = next((ours for ours in (code, code.partition("-")[0]) if ours in NAMES), None)
        if known and quality > 0:
            return known
    return settings.LANGUAGE_CODE
