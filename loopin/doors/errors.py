"""Turns every error into an answer: the envelope of the API, or a page."""

import logging
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from loopin import errors
from loopin.sql import is_read_only, is_unavailable
from loopin.web import body_limits
from loopin.web.error_pages import error_page
from loopin.web.http import MAX_PATH_CHARACTERS, GetResponse, failure

logger = logging.getLogger(__name__)

ERROR_BY_STATUS = {
    error.status: error
    for error in (
        errors.BadRequest,
        errors.Forbidden,
        errors.NotFound,
        errors.MethodNotAllowed,
        errors.BodyTooLarge,
        errors.ServerError,
    )
}


class ErrorsMiddleware:
    """What both doors have in common. A path that is longer than any of ours is unknown without
    being compared with the routes."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def answer_to(self, request: HttpRequest, error: errors.LoopinError) -> HttpResponse:
        raise NotImplementedError

    def replacement(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """What is answered in the place of an answer of 400 and more that Django may have made."""
        raise NotImplementedError

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if len(request.path_info) > MAX_PATH_CHARACTERS:
            return self.answer_to(request, errors.NotFound())
        response = self.get_response(request)
        return response if response.status_code < 400 else self.replacement(request, response)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        """Refuse a body that is too large. Django does not: it limits no files that it stores."""
        limit = body_limits.max_bytes(request)
        if not body_limits.has_length(request):
            body_limits.limit_chunked(request, limit)
            return None
        length = request.META.get("CONTENT_LENGTH") or ""
        if not length.isdecimal() or int(length) <= limit:
            return None
        return self.answer_to(request, errors.BodyTooLarge(limit))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if is_unavailable(exception):
            logger.error("Database unavailable: %s", exception)
            if is_read_only(exception):
                connection.close()
            exception = errors.DatabaseUnavailable()
        if not isinstance(exception, errors.LoopinError):
            return None
        return self.answer_to(request, exception)


class ApiErrorsMiddleware(ErrorsMiddleware):
    """Every answer is JSON, those of Django too: to an unknown address, a wrong method, a crash."""

    def answer_to(self, request: HttpRequest, error: errors.LoopinError) -> HttpResponse:
        return failure(error)

    def replacement(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.headers.get("Content-Type", "").startswith("application/json"):
            return response
        error = ERROR_BY_STATUS.get(response.status_code, errors.BadRequest)
        allow = {"Allow": response.headers["Allow"]} if "Allow" in response.headers else None
        return failure(error(), headers=allow)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        """Refuse a compressed body too, which Django does not read."""
        if body_limits.is_encoded(request):
            return failure(errors.EncodingNotSupported())
        return super().process_view(request, *view)


class PageErrorsMiddleware(ErrorsMiddleware):
    def answer_to(self, request: HttpRequest, error: errors.LoopinError) -> HttpResponse:
        return error_page(request, error)

    def replacement(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """A page in the place of the empty one with which Django answers a wrong method."""
        if response.status_code != errors.MethodNotAllowed.status or response.streaming:
            return response
        page = error_page(request, errors.MethodNotAllowed())
        page.headers["Allow"] = response.headers["Allow"]
        return page
