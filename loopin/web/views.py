"""The views that belong to no app: errors, and the integration guides."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from loopin import errors
from loopin.config.support_contact import get_link
from loopin.web.error_pages import FormOutOfDate
from loopin.web.http import error_response


def if_enabled(docs: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Show the API's documentation, or 404 if `API_DOCS_ENABLED` is off."""

    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.API_DOCS_ENABLED:
            raise Http404
        response = docs(request, *args, **kwargs)
        response.headers["Content-Language"] = "en"
        return response

    return view


def site(request: HttpRequest) -> dict[str, Any]:
    """The context that every template gets."""
    return {
        "has_api_docs": settings.API_DOCS_ENABLED,
        "has_email_login": settings.EMAIL_LOGIN_ENABLED,
        "has_service_worker": settings.SERVICE_WORKER,
        "support_contact": settings.SUPPORT_CONTACT,
        "support_link": get_link(settings.SUPPORT_CONTACT),
    }


@require_safe
def integration_guide(request: HttpRequest, name: str) -> FileResponse:
    """Serve a guide. `name`: the file name, given by `loopin/urls.py`."""
    guide = (settings.BASE_DIR / name).open("rb")
    headers = {"Content-Language": "en"}
    return FileResponse(guide, content_type="text/markdown; charset=utf-8", headers=headers)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_response(request, FormOutOfDate())


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_response(request, errors.BadRequest())


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_response(request, errors.Forbidden())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_response(request, errors.NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    return error_response(request, errors.ServerError())
