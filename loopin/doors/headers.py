"""The headers that every answer has."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware

from loopin.web.http import GetResponse

CACHE_CONTROL = "Cache-Control"

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        *("accelerometer", "browsing-topics", "camera", "display-capture", "geolocation"),
        *("gyroscope", "hid", "magnetometer", "microphone", "midi", "payment", "serial", "usb"),
    )
)
"""Pages use no sensors. Filling in codes from messages (`otp-credentials`) stays allowed."""


class PrivacyHeadersMiddleware:
    """Lets browsers store only what a view permits, and denies pages the device's sensors."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault(CACHE_CONTROL, "no-store")
        response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
        return response


class ApiHeadersMiddleware(SecurityMiddleware):
    """`SecurityMiddleware`, `XFrameOptionsMiddleware` and `PrivacyHeadersMiddleware` in one.

    They add the same headers to each answer of the API, so they are asked for them only once.
    """

    def __init__(self, get_response: GetResponse) -> None:
        super().__init__(get_response)
        self.headers = {
            is_secure: self._headers(is_secure=is_secure) for is_secure in (True, False)
        }

    def _headers(self, *, is_secure: bool) -> list[tuple[str, str]]:
        request, response = _EmptyRequest(is_secure=is_secure), HttpResponse()
        before = set(response.headers)
        SecurityMiddleware.process_response(self, request, response)
        XFrameOptionsMiddleware(self.get_response).process_response(request, response)
        PrivacyHeadersMiddleware(lambda _: response)(request)
        return [header for header in response.headers.items() if header[0] not in before]

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        is_cached = CACHE_CONTROL in response.headers
        for name, value in self.headers[request.is_secure()]:
            if not (is_cached and name == CACHE_CONTROL):
                response.headers[name] = value
        return response


class _EmptyRequest(HttpRequest):
    """One over HTTPS, or over plain HTTP."""

    def __init__(self, *, is_secure: bool) -> None:
        super().__init__()
        self._is_secure = is_secure

    def _get_scheme(self) -> str:
        return "https" if self._is_secure else "http"
