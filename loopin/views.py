"""Views that belong to no app: errors, the integration guide."""

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from loopin import errors
from loopin.http import error_response


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
