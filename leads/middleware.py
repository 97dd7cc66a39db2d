"""What an open desk asks every second, answered before all that only whole pages need."""

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
from leads.desk.listing import Asked


class UnchangedDeskMiddleware:
    """304 for a desk that shows all there is; whatever else is asked goes on to the page.

    Who asks is found as for any page (`browser.user_of`), and may see leads still.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return _unchanged(request) or self.get_response(request)


def _unchanged(request: HttpRequest) -> HttpResponseNotModified | None:
    known = polling.Known.from_etag(request.headers.get("If-None-Match", ""))
    if known is None or request.method != "GET" or request.path_info != links.of_list():
        return None
    try:
        known = _still_known(known, request)
    except (OperationalError, InterfaceError):  # the page says so
        return None
    return HttpResponseNotModified(headers={"ETag": known.etag}) if known else None


def _still_known(known: polling.Known, request: HttpRequest) -> polling.Known | None:
    request.session = SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    user = browser_session.user_of(request)
    if not isinstance(user, User) or not access.may(user, Action.SEE):
        return None
    cursor = request.GET.get(links.CURSOR, "")
    asked = Asked(user, links.normalised(request.GET), cursor, get_language() or "")
    rows = polling.rows_from(request.headers.get("Desk-Rows", ""))
    return polling.still_known(known, asked, rows)
