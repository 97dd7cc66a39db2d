from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import middleware as auth
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils.cache import add_never_cache_headers
from django.utils.deprecation import MiddlewareMixin
from django.utils.functional import SimpleLazyObject
from django_htmx.http import HttpResponseClientRefresh

from accounts.errors import NotAuthenticated
from accounts.sessions import browser_session, known_devices
from loopin.web import unsent_forms
from loopin.web.http import GetResponse, PageRequest, failure
from loopin.web.public_routes import is_public

MEMBER_HEADER = "Staff-Member"
"""The header that says whose answer an open page got, for static/js/sign_in_dialog.js."""


class AuthenticationMiddleware(auth.AuthenticationMiddleware):
    def process_request(self, request: HttpRequest) -> None:
        request.user = SimpleLazyObject(lambda: browser_session.get_user(request))  # type: ignore[assignment]


class KnownDeviceMiddleware(MiddlewareMixin):
    """Leaves the proof of a sign-in on the browser that signed in."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        known_devices.set_cookie(request, response)
        return response


class PublicOperationsMiddleware:
    """Refuses operations of the API that `PUBLIC_ROUTES` does not list.

    Cookies are not read here, and an access token is never one of staff: operations for them are
    listed, and ask by themselves.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        assert request.resolver_match is not None  # noqa: S101  Django sets it before
        return None if is_public(request.resolver_match.route) else failure(NotAuthenticated())


class StaffOnlyMiddleware:
    """Lets only staff open a page that `PUBLIC_ROUTES` does not list.

    `request.user` is staff only after password and second factor (`browser_session.get_user`).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: PageRequest) -> HttpResponseBase:
        response = self.get_response(request)
        match = request.resolver_match
        is_closed = match is not None and not is_public(match.route)
        if is_closed and "HX-Request" in request.headers and request.user.is_staff:
            response.headers[MEMBER_HEADER] = str(request.user.pk)
        return response

    def process_view(self, request: PageRequest, *view: Any) -> HttpResponse | None:
        assert request.resolver_match is not None  # noqa: S101  Django sets it before
        if is_public(request.resolver_match.route):
            return None
        if request.user.is_staff:
            return None
        response = _ask_to_sign_in(request)
        add_never_cache_headers(response)
        return response


def _ask_to_sign_in(request: PageRequest) -> HttpResponse:
    """Redirect to the sign-in, or show again what was typed.

    An open desk asks for the sign-in over its page. A page that cannot reloads, so that it shows no
    data any more. The challenge's scheme is unknown to browsers, which would otherwise ask for a
    password in a window of their own.
    """
    is_at_second_step = browser_session.get_staff(request) is not None
    step = resolve_url("second_factor" if is_at_second_step else settings.LOGIN_URL)
    if request.htmx:
        response: HttpResponse = HttpResponseClientRefresh()
        response.status_code = NotAuthenticated.status
        response.headers["WWW-Authenticate"] = f'Cookie form-action="{step}"'
        return response
    if request.method not in ("GET", "HEAD"):
        return unsent_forms.page_of(request, sign_in_url=step) or redirect(step)
    return redirect(f"{step}?{urlencode({'next': request.get_full_path()}, safe='/')}")
