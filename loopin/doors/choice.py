"""The first middleware of the site: chooses whether the API or the pages answer a request."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from loopin.doors.api_handler import ApiHandler
from loopin.web import version_1
from loopin.web.http import DOCS, GetResponse, is_api, is_below


class DoorMiddleware:
    """What follows it in `MIDDLEWARE` is the pages'. The API has a handler of its own, with
    `API_MIDDLEWARE`.

    As a middleware it stands in every handler of Django's: that of the server, and those of tests.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.pages = get_response
        self.api = ApiHandler()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if is_api(request) or is_below(version_1.FIRST_WORD, request.path_info):
            return self.api.answer(request)
        if request.path_info == DOCS.removesuffix("/"):
            request.path = request.path_info = DOCS
        return self.pages(request)
