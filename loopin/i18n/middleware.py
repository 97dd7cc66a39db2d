"""Chooses the language that a request is answered in."""

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from loopin.web.http import GetResponse

NAMES = dict(settings.LANGUAGES)
MAX_HEADER_LENGTH = 500
"""Characters of `Accept-Language` that are read, as Django reads them. Browsers send about 50."""


class ApiLanguageMiddleware:
    """Answers each request in the language that the client prefers, and resets the language after
    it. `varies_by`: the headers that decide."""

    varies_by = "Accept-Language"

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = self.choose(request)
        response = self._answer(request, language)
        if "Content-Language" in response.headers:  # the same for everybody, as its view says
            return response
        response.headers["Content-Language"] = language
        _vary(response, self.varies_by)
        return response

    def choose(self, request: HttpRequest) -> str:
        return _match_accepted(request.META.get("HTTP_ACCEPT_LANGUAGE", "")[:MAX_HEADER_LENGTH])

    def _answer(self, request: HttpRequest, language: str) -> HttpResponseBase:
        """English needs no activation, because no language is active between requests."""
        if language == settings.LANGUAGE_CODE:
            return self.get_response(request)
        with translation.override(language, deactivate=True):
            return self.get_response(request)


class PageLanguageMiddleware(ApiLanguageMiddleware):
    """Likewise in the language of the cookie, if the reader chose one."""

    varies_by = "Accept-Language, Cookie"

    def choose(self, request: HttpRequest) -> str:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        return chosen if chosen in NAMES else super().choose(request)


def _vary(response: HttpResponseBase, headers: str) -> None:
    """Like `patch_vary_headers`, which takes 2 µs longer for an answer without a Vary header."""
    if "Vary" in response.headers:
        patch_vary_headers(response, headers.split(", "))
    else:
        response.headers["Vary"] = headers


@lru_cache(maxsize=1000)
def _match_accepted(accept_language: str) -> str:
    """The first of ours by quality (RFC 9110 §12.5.4); English if there is none."""
    for code, quality in parse_accept_lang_header(accept_language):
        supported = next((name for name in (code, code.partition("-")[0]) if name in NAMES), None)
        if supported and quality > 0:
            return supported
    return settings.LANGUAGE_CODE
