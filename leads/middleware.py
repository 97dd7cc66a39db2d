"""Answers the polls of open desks before the middleware that only whole pages need."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.translation import get_language

from accounts.models import User
from accounts.models.session import StaffState
from accounts.sessions import browser_session, staff_state
from leads import access
from leads.access import Action
from leads.desk import links, polling
from leads.desk.desk_view import DeskView
from leads.desk.open_desks import KNOWN_SECONDS, KnownDesk, open_desks, question_of
from loopin.logs import request_log

UNAVAILABLE = (OperationalError, InterfaceError)
"""The page tells the reader."""


class IdleDeskMiddleware:
    """Answers 304 to a known desk while nothing happens at all, before any other middleware; every
    other request goes on.

    The first answer to a desk, and one in a minute, come from UnchangedDeskMiddleware, which reads
    the session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return _idle(request) or self.get_response(request)


class UnchangedDeskMiddleware:
    """Answers 304 to a desk on which nothing changed; every other request goes on to the page.

    The person is read as for any page (`browser_session.get_user`) and must still be allowed to see
    leads.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return _unchanged(request) or self.get_response(request)


def _idle(request: HttpRequest) -> HttpResponseNotModified | None:
    state = _seen_by(request)
    desk = _known(request) if state else None
    if state is None or desk is None:
        return None
    try:
        is_idle = polling.is_idle(state, desk.fingerprint) and desk.is_valid
    except UNAVAILABLE:
        return None
    if not is_idle:
        return None
    response = _not_modified(state)
    response.headers["Cache-Control"] = "no-store"
    response.headers[request_log.HEADER] = request_log.choose_id(request)
    return response


def _unchanged(request: HttpRequest) -> HttpResponseNotModified | None:
    state = _seen_by(request)
    if state is None:
        return None
    try:
        desk = _valid(request) or _read(request)
        state = _state_if_unchanged(state, desk, request) if desk else None
    except UNAVAILABLE:
        return None
    return _not_modified(state) if state else None


def _seen_by(request: HttpRequest) -> polling.ClientState | None:
    """What the desk has seen that asks; None for every other request."""
    etag = request.META.get("HTTP_IF_NONE_MATCH")
    if not etag or request.method != "GET" or request.path_info != links.list_url():
        return None
    return polling.ClientState.from_etag(etag)


def _known(request: HttpRequest) -> KnownDesk | None:
    """A question without a person, of a desk that this process has answered."""
    is_automatic = "HTTP_HX_REQUEST" in request.META
    return open_desks.find(question_of(request.META)) if is_automatic else None


def _valid(request: HttpRequest) -> KnownDesk | None:
    desk = _known(request)
    return desk if desk and desk.is_valid else None


def _read(request: HttpRequest) -> KnownDesk | None:
    """Read whose desk it is, and remember it."""
    request.session = SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    user = browser_session.get_user(request)
    if not isinstance(user, User) or not access.may(user, Action.SEE):
        return None
    cursor = request.GET.get(links.CURSOR, "")
    view = DeskView(user, links.normalised(request.GET), cursor, get_language() or "")
    seconds = min(KNOWN_SECONDS, staff_state.seconds_left(request, user.session_created_at))
    session_id = str(browser_session.get_session_id(request))
    fingerprint, state = polling.fingerprint_of(view), StaffState.of(user)
    desk = KnownDesk(view, fingerprint, session_id, state, time.monotonic() + seconds)
    open_desks.remember(question_of(request.META), desk)
    return desk


def _state_if_unchanged(
    state: polling.ClientState, desk: KnownDesk, request: HttpRequest
) -> polling.ClientState | None:
    row_ids = polling.row_ids_from(request.headers.get("Desk-Rows", ""))
    return polling.state_if_unchanged(state, desk.view, desk.fingerprint, row_ids)


def _not_modified(state: polling.ClientState) -> HttpResponseNotModified:
    return HttpResponseNotModified(headers={"ETag": state.etag})
