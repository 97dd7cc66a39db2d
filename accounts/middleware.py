from django.contrib.auth import middleware as auth
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts import browser
from loopin.middleware import pages_only


class _AuthenticationMiddleware(auth.AuthenticationMiddleware):
    def process_request(self, request: HttpRequest) -> None:
        request.user = SimpleLazyObject(lambda: browser.user_of(request))  # type: ignore[assignment]


AuthenticationMiddleware = pages_only(_AuthenticationMiddleware)
