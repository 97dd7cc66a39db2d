from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import middleware as auth
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils.cache import add_never_cache_headers
from django.utils.functional import SimpleLazyObject
from django_htmx.http import HttpResponseClientRefresh

from accounts.errors import NotAuthenticated
from accounts.sessions import browser_session, known_devices
from loopin.middleware import PagesOnlyMixin
from loopin.web.http import PageRequest, error_response, is_api
from loopin.web.public_routes import is_public


class AuthenticationMiddleware(PagesOnlyMixin, auth.AuthenticationMiddleware):
    def process_request(self, request: HttpRequest) -> None:
        request.user = SimpleLazyObject(lambda: browser_session.get_user(request))  # type: ignore[assignment]


class KnownDeviceMiddleware(PagesOnlyMixin):
    """Leaves the proof of a sign-in on the browser that signed in."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        known_devices.set_cookie(request, response)
        return response


class StaffOnlyMiddleware:
    """Lets only staff open an address that `PUBLIC_ROUTES` does not list.

    `request.user` is staff only after password and second factor (`browser_session.get_user`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: PageRequest, *view: Any) -> HttpResponse | None:
        assert request.resolver_match is not None  # noqa: S101  Django sets it before
        if is_public(request.resolver_match.route):
            return None
        if is_api(request):  # cookies are not read here, and an access token is never one of staff
            return error_response(request, NotAuthenticated())
        if request.user.is_staff:
            return None
        response = _ask_to_sign_in(request)
        add_never_cache_headers(response)
        return response


def _ask_to_sign_in(request: PageRequest) -> HttpResponse:
    """Redirect to the sign-in; a desk that was left open reloads, so that it shows no data any
    more."""
    if request.htmx:
        return HttpResponseClientRefresh()
    is_at_second_step = browser_session.get_staff(request) is not None
    step = resolve_url("second_factor" if is_at_second_step else settings.LOGIN_URL)
    if request.method not in ("GET", "HEAD"):
        return redirect(step)
    return redirect(f"{step}?{urlencode({'next': request.get_full_path()}, safe='/')}")
