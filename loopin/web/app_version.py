"""Refuses apps that are too old to be trusted with the API (`MINIMUM_APP_VERSION`)."""

from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from loopin.config.mobile_apps import read_version
from loopin.errors import AppTooOld
from loopin.web.http import GetResponse, failure
from loopin.web.openapi import FOR_ANY_VERSION

HEADER = "App-Version"


class AppVersionMiddleware:
    """Answers 426 to an app that says it is too old. What says nothing, or nothing that is a
    version, is no such app: browsers, scripts and load balancers go on."""

    def __init__(self, get_response: GetResponse) -> None:
        minimum = read_version(settings.MINIMUM_APP_VERSION)
        if minimum is None:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.minimum = minimum

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        return failure(AppTooOld()) if self._is_too_old(request) else None

    def _is_too_old(self, request: HttpRequest) -> bool:
        version = read_version(request.headers.get(HEADER, ""))
        return version is not None and is_for_apps(request) and version < self.minimum


def is_for_apps(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is None or match.url_name != FOR_ANY_VERSION
