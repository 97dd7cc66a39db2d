"""The product with a fault in the middle of a sign-up, where everything that is secret is at
hand."""

import json
import logging

from django.http import HttpRequest

from tests.served import *  # noqa: F403

logger = logging.getLogger(__name__)


class CrashMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view):
        if request.path_info != "/api/auth/signup":
            return
        body = json.loads(request.body)
        phone_number, code, password = body["phone_number"], body["otp_code"], body["password"]
        email, token = body["email"], request.headers["Authorization"]
        logger.warning("OTP for %s: %s, mail to %s", phone_number, code, email)
        logger.warning("Called with %s and password=%s", token, password)
        try:
            raise ValueError(f"DETAIL:  Key (phone_number)=({phone_number}) already exists.")  # noqa: TRY301
        except ValueError as error:
            words = f"{phone_number} {email} otp_code={code} password={password!r} {token}"
            raise RuntimeError(words) from error


API_MIDDLEWARE = [*API_MIDDLEWARE, f"{__name__}.CrashMiddleware"]  # noqa: F405
