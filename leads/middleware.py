"""Answers the polls of open desks before the middleware that only whole pages need."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.translation import get_language

from accounts.models import User
from accounts.sessions import browser_session
from leads import access
from leads.access import Action
from leads.desk import links, polling
from leads.desk.listing import DeskView


class UnchangedDeskMiddleware:
    """Answers 304 to a desk on which nothing changed; every other request goes on to the page.

    The person is read as for any page (`browser_session.get_user`) and must still be allowed to see
    leads.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return _unchanged(request) or self.get_response(request)


def _unchanged(request: HttpRequest) -> HttpResponseNotModified | None:
    state = polling.ClientState.from_etag(request.headers.get("If-None-Match", ""))
    if state is None or request.method != "GET" or request.path_info != links.list_url():
        return None
    try:
        state = _state_if_unchanged(state, request)
    except (OperationalError, InterfaceError):  # the page tells the reader
        return None
    return HttpResponseNotModified(headers={"ETag": state.etag}) if state else None


def _state_if_unchanged(
    state: polling.ClientState, request: HttpRequest
) -> polling.ClientState | None:
    request.session = SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    user = browser_session.get_user(request)
    if not isinstance(user, User) or not access.may(user, Action.SEE):
        return None
    cursor = request.GET.get(links.CURSOR, "")
    view = DeskView(user, links.normalised(request.GET), cursor, get_language() or "")
    row_ids = polling.row_ids_from(request.headers.get("Desk-Rows", ""))
    return polling.state_if_unchanged(state, view, row_ids)
