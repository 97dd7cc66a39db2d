"""Where people go on after they signed in, and what they were typing when their session ended."""

import time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url

from loopin.web.forms import OWNER
from loopin.web.http import PageRequest, get_typed, leave, page
from loopin.web.stale_forms import FIELD as CSRF_FIELD

PAGE = "next_page"
"""The session's key for the page that somebody wanted to see, and when."""

FILES = {"export"}
"""What is no page, so that whoever went there after signing in would still see the sign-in."""

MOST_SECONDS = 30 * 60
"""For how long a sign-in leads there. Whoever comes back later begins with the profile."""


def sign_in_first(request: PageRequest) -> HttpResponse:
    """Ask a visitor to sign in, and remember the page, as well as a form that is not saved.

    With htmx the browser keeps what was typed (static/js/typed_text.js). Without, a page does.
    """
    typed = get_typed(request)
    if (request.method == "GET" and not _is_file(request)) or OWNER in typed:
        wanted = request.path if typed else request.get_full_path()
        request.session[PAGE] = [wanted, int(time.time())]
    if OWNER not in typed or request.htmx:
        return leave(request, "login")
    fields = [(name, values) for name, values in typed.lists() if name != CSRF_FIELD]
    return page(request, "accounts/sessions/signed_out.html", {"fields": fields}, status=403)


def _is_file(request: HttpRequest) -> bool:
    return request.resolver_match is not None and request.resolver_match.url_name in FILES


def get_page(request: HttpRequest) -> str:
    """The page that the person wanted to see before signing in; of our site, for it was asked for
    here."""
    wanted, asked_at = request.session.get(PAGE, ["", 0])
    is_recent = time.time() - asked_at < MOST_SECONDS
    return wanted if wanted and is_recent else resolve_url("profile")
