"""Views that belong to no app: errors, the version 1 addresses, the integration guide."""

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import resolve
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from loopin import errors
from loopin.http import error_response

VERSION_1_DEPRECATED_AT = "@1767225600"
"""2026-01-01, as RFC 9745 writes it: the day `/auth/*` gave way to `/api/auth/*`."""


@csrf_exempt
def version_1(request: HttpRequest, path: str) -> HttpResponseBase:
    """`/auth/*` for clients of version 1: the operation under `/api/auth/`, marked deprecated."""
    view, args, kwargs = resolve(f"/api/auth/{path}")
    response: HttpResponseBase = view(request, *args, **kwargs)
    response.headers["Deprecation"] = VERSION_1_DEPRECATED_AT
    response.headers["Link"] = f'</api/auth/{path}>; rel="successor-version"'
    return response


@csrf_exempt
def with_slash(request: HttpRequest) -> HttpResponseBase:
    """The same answer as at the address with a slash, without a redirect."""
    view, args, kwargs = resolve(f"{request.path_info}/")
    response: HttpResponseBase = view(request, *args, **kwargs)
    return response


@require_safe
def integration_guide(request: HttpRequest) -> FileResponse:
    guide = (settings.BASE_DIR / "PHONE_AUTHENTICATION.md").open("rb")
    return FileResponse(guide, content_type="text/markdown; charset=utf-8")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    message = "This form is out of date. Go back, reload the page and send it again."
    return error_response(request, errors.Forbidden(message))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_response(request, errors.BadRequest())


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_response(request, errors.Forbidden())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_response(request, errors.NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    return error_response(request, errors.ServerError())
