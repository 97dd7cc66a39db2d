"""Makes answers: the envelope of the API, and pages of which htmx may get a part."""

from collections.abc import Callable
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils.functional import Promise
from django.utils.translation import gettext
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from loopin.errors import LoopinError, ValidationFailed
from loopin.request_facts import note_refusal
from loopin.web.error_pages import FormOutOfDate, error_page
from loopin.web.forms import OWNER, RefusableForm, form_owner

API = "api"
"""The first word of the addresses of the API."""
DOCS = "/api/docs/"
"""Swagger UI is a page, although its URL begins like those of the API."""

MAX_PATH_CHARACTERS = 300
"""More than any address of ours has. A longer path takes long to be compared with the patterns of
all routes, some of which are Django's."""


GetResponse = Callable[[HttpRequest], HttpResponseBase]
"""What a middleware is given: the way further in."""


class PageRequest(HttpRequest):
    """The request of a page, to which the middleware adds `htmx`.

    `pending_number`: which of the browser's pending numbers the page is about; a step for a code
    has it. `typed`: what a form that is out of date sent, for the page that shows it again, and
    `advice`: what may keep it from happening again.
    """

    htmx: HtmxDetails
    pending_number: str
    typed: QueryDict
    advice: str


def is_api(request: HttpRequest) -> bool:
    """Whether the request is for JSON rather than for a page."""
    path = request.path_info
    return is_below(API, path) and not f"{path}/".startswith(DOCS)


def is_below(first_word: str, path: str) -> bool:
    """Whether an address begins with this word, in capitals too: whoever calls `/API/signup` reads
    JSON, also where there is nothing."""
    end = len(first_word) + 1
    return path[1:end].lower() == first_word and path[end : end + 1] in ("", "/")


def json_response(
    content: Any, *, status: int = 200, headers: dict[str, str] | None = None
) -> HttpResponse:
    """Answer any JSON; dates and times are in ISO 8601, times with their offset."""
    return json_bytes(
        orjson.dumps(content, default=_serialise_promise), status=status, headers=headers
    )


def json_bytes(
    body: bytes, *, status: int = 200, headers: dict[str, str] | None = None
) -> HttpResponse:
    """Answer JSON that is serialised already."""
    length = {"Content-Length": str(len(body))}
    return HttpResponse(
        body, status=status, content_type="application/json", headers=length | (headers or {})
    )


def _serialise_promise(value: Any) -> str:
    """Serialise a lazy translation, which orjson cannot."""
    if isinstance(value, Promise):
        return str(value)
    raise TypeError


def success(
    message: str, data: Any = None, *, token: str | None = None, status: int = 200
) -> HttpResponse:
    """`message` in English: it is marked with `gettext_noop`, and translated here."""
    content = {"success": True, "message": gettext(message), "data": data, "token": token}
    return json_response(content, status=status)


def failure(error: LoopinError, *, headers: dict[str, str] | None = None) -> HttpResponse:
    """The envelope of an error, with what it adds to the documented four keys."""
    note_refusal(error.code)
    content: dict[str, Any] = {
        "success": False,
        "message": error.message,
        "data": None,
        "token": None,
        "code": error.code,
        **error.details,
    }
    headers = error.headers | (headers or {})
    if isinstance(error, ValidationFailed):
        content["errors"] = error.errors
    if error.retry_after is not None:
        content["retry_after"] = error.retry_after
        headers["Retry-After"] = str(error.retry_after)
    return json_response(content, status=error.status, headers=headers)


def page(
    request: PageRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
    partial: str = "",
) -> HttpResponse:
    """Render a page, or for htmx the part that changes from step to step (templates/page.html).

    Reaching another step moves the address bar. `partial` names a `{% partialdef %}` of the same
    file: htmx then gets that alone, in the place of what it has, and the address bar stays.

    After a form that was out of date, the form of the page is filled with what was typed, and the
    status is 403, because nothing was done.
    """
    if hasattr(request, "typed"):
        status = _show_again(request, context or {}, status)
    if partial and request.htmx:
        return render(request, f"{template}#{partial}", context, status=status)
    response = render(request, template, context, status=status)
    has_moved = request.htmx and request.htmx.current_url_abs_path != request.get_full_path()
    if has_moved and status == 200:
        response["HX-Push-Url"] = request.get_full_path()
    return response


def _show_again(request: PageRequest, context: dict[str, Any], status: int) -> int:
    """What somebody typed is shown to nobody else who signed in meanwhile."""
    is_theirs = request.typed.get(OWNER, "") == form_owner(request)
    for form in context.values():
        if isinstance(form, RefusableForm):
            form.show_again(request.typed if is_theirs else None, request.advice)
    return FormOutOfDate.status if status == 200 else status


def get_typed(request: PageRequest) -> QueryDict:
    """What the request's form sent, also if it was out of date."""
    return request.typed if hasattr(request, "typed") else request.POST


def leave(request: PageRequest, to: str) -> HttpResponse:
    """Redirect to a whole page, also under htmx, because the menu and CSRF token depend on the
    user."""
    return HttpResponseClientRedirect(resolve_url(to)) if request.htmx else redirect(to)


def error_response(request: HttpRequest, error: LoopinError) -> HttpResponse:
    """The envelope on the API, a page elsewhere."""
    return failure(error) if is_api(request) else error_page(request, error)
