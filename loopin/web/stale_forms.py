"""Forms that are out of date: their CSRF token is not the browser's any more, because somebody
signed in or out in another tab, or the cookies were cleared.

Nothing of what such a form asks for is done. Its page is shown again, as for GET, with what was
typed (`loopin.web.http.page`), and its token is the browser's. Whoever may not open that page any
more, such as the sign-in of somebody who is signed in by now, goes where the page leads them.
"""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed, QueryDict
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loopin.errors import LoopinError
from loopin.web.error_pages import error_page
from loopin.web.http import PageRequest, is_api
from loopin.web.public_routes import is_public

FIELD = "csrfmiddlewaretoken"
BLAMED = "CSRF "
"""How Django's reasons begin if the token is to blame. A form of another site has other reasons."""
LET_COOKIES = gettext_lazy(
    "If it happens again, let this site keep cookies: they show us that the form is yours."
)


def show_again(request: PageRequest, reason: str) -> HttpResponse | None:
    """The page of a form of the portal whose token is out of date; None for anything else."""
    match = request.resolver_match
    if match is None or is_api(request) or not is_public(match.route):
        return None
    has_token = FIELD in request.POST or settings.CSRF_HEADER_NAME in request.META
    if not has_token or not reason.startswith(BLAMED):
        return None
    request.typed, request.POST = request.POST, QueryDict()
    request.advice = str(LET_COOKIES) if reason == REASON_NO_CSRF_COOKIE else ""
    request.method = "GET"
    try:
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
    except LoopinError as error:
        return error_page(request, error)
    finally:
        request.method = "POST"
    return _tell(request, response)


def _tell(request: PageRequest, response: HttpResponse) -> HttpResponse:
    """Say that nothing was sent where no form says it."""
    is_button = isinstance(response, HttpResponseNotAllowed)
    if is_button or response.status_code == 302 or "HX-Redirect" in response.headers:
        messages.info(request, _("That page was out of date, so nothing was sent."))
    return redirect(_page_of_button(request)) if is_button else response


def _page_of_button(request: PageRequest) -> str:
    """The page on which a button was that has no page of its own."""
    page = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure())
    return page if is_ours else "/"
