"""Views that belong to no app: errors, health, the version 1 addresses, the integration guide."""

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout

from django.conf import settings
from django.db import Error, connection
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import resolve
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from loopin import __version__, errors
from loopin.http import error_response, json_response

HEALTH_TIMEOUT_SECONDS = 2
VERSION_1_DEPRECATED_AT = "@1767225600"
"""2026-01-01, as RFC 9745 writes it: the day `/auth/*` gave way to `/api/auth/*`."""

_prober = ThreadPoolExecutor(max_workers=1, thread_name_prefix="health")


def _probe_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Whether this process can serve: 200, or 503 when the database is silent for 2 s.

    The probe has a thread and a connection of its own, so a stuck database cannot hold a worker.
    """
    try:
        _prober.submit(_probe_database).result(timeout=HEALTH_TIMEOUT_SECONDS)
        is_healthy = True
    except (Error, FutureTimeout):
        is_healthy = False
    content = {
        "status": "healthy" if is_healthy else "unhealthy",
        "service": "loopin",
        "version": __version__,
        "database": "ok" if is_healthy else "unavailable",
    }
    return json_response(content, status=200 if is_healthy else 503)


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
