"""Middleware for which only the API has a use."""

from typing import cast

from corsheaders import middleware as cors
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.encoding import escape_uri_path

from loopin.web import version_1
from loopin.web.http import GetResponse, is_below


class AddressesMiddleware:
    """Takes the addresses of version 1, and HEAD wherever GET is taken."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method == "HEAD":
            request.method = "GET"  # the server does not send the body
        if not is_below(version_1.FIRST_WORD, request.path_info):
            return self.get_response(request)
        successor = f"/api{request.path_info}"
        operation = version_1.OPERATIONS.get(request.path_info.removesuffix("/"))
        request.path = request.path_info = operation or successor
        response = self.get_response(request)
        for name, value in version_1.HEADERS.items():
            response.headers[name] = value
        response.headers["Link"] = f'<{escape_uri_path(successor)}>; rel="successor-version"'
        return response


class CorsMiddleware(cors.CorsMiddleware):
    """Asks nothing of a request without `Origin`, which no page of another site can send
    (https://fetch.spec.whatwg.org/#origin-header). Its answer differs from that to one with it."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "HTTP_ORIGIN" in request.META or request.method == "OPTIONS":
            return cast(HttpResponseBase, super().__call__(request))
        response = cast(HttpResponseBase, self.get_response(request))
        vary = response.headers.get("Vary")
        response.headers["Vary"] = f"{vary}, origin" if vary else "origin"
        return response
