"""The views that belong to no app: errors, and the description of the API."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse

from loopin import errors
from loopin.config.support_contact import get_link
from loopin.web import stale_forms, unsent_forms
from loopin.web.error_pages import FormOutOfDate
from loopin.web.forms import form_owner
from loopin.web.http import PageRequest, error_response
from loopin.web.ready_answers import ReadyAnswer
from loopin.web.route_limits import limited_by_proxy

FORM_OUT_OF_DATE_HEADER = "Form-Out-Of-Date"
"""The header by which static/js/sign_in_dialog.js knows that a fresh token is all it takes."""


def if_enabled(docs: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Show the API's documentation, or 404 if `API_DOCS_ENABLED` is off.

    It is the same for everybody and describing all operations takes most of a second, so each
    process builds it once.
    """
    build = _once(docs)

    @limited_by_proxy("each process builds it once")
    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.API_DOCS_ENABLED:
            raise Http404
        return build(request, *args, **kwargs).to(request)

    return view


def _once(docs: Callable[..., HttpResponse]) -> Callable[..., ReadyAnswer]:
    """A page that is rendered by the first who asks for it."""
    built: list[ReadyAnswer] = []
    building = threading.Lock()

    def build(*args: Any, **kwargs: Any) -> ReadyAnswer:
        with building:
            if not built:
                response = docs(*args, **kwargs)
                headers = {"Content_Language": "en", "Cache_Control": "no-cache"}
                built.append(ReadyAnswer.of(response.content, response["Content-Type"], **headers))
        return built[0]

    return build


def site(request: HttpRequest) -> dict[str, Any]:
    """The context that every template gets."""
    return {
        "form_owner": partial(form_owner, request),
        "has_api_docs": settings.API_DOCS_ENABLED,
        "has_email_login": settings.EMAIL_LOGIN_ENABLED,
        "has_service_worker": settings.SERVICE_WORKER,
        "support_contact": settings.SUPPORT_CONTACT,
        "support_link": get_link(settings.SUPPORT_CONTACT),
    }


def csrf_failure(request: PageRequest, reason: str = "") -> HttpResponse:
    """The page of a form whose token is not the browser's, which may show what was typed."""
    shown = stale_forms.show_again(request, reason)
    if "HX-Request" not in request.headers:
        shown = shown or unsent_forms.page_of(request)
    response = shown or error_response(request, FormOutOfDate())
    if shown is None:
        response.headers[FORM_OUT_OF_DATE_HEADER] = "true"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's answer to what is wrong with a request itself, a body that is too large among it."""
    is_too_large = isinstance(exception, RequestDataTooBig)
    return error_response(request, errors.BodyTooLarge() if is_too_large else errors.BadRequest())


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_response(request, errors.Forbidden())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_response(request, errors.NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    return error_response(request, errors.ServerError())
