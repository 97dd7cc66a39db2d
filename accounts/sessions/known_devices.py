"""Known devices: a sign-in leaves a signed proof on the device, which nobody else can have.

What strangers do to an account is counted apart from what its known devices do, so no stranger can
lock its owner out. The proof signs nobody in. It is stateless: it names the generation of the
account's devices, and is worth nothing once that has increased. OWASP calls such proofs device
cookies: https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.models.known_device import DeviceProof
from loopin.web.http import is_api

HEADER = "Device-Token"
"""Apps send their proof in this header; browsers have it in a cookie, for pages alone."""
LIFETIME = timedelta(days=365)
SALT = "accounts.sessions.known_devices"
NONCE_BYTES = 8
"""With a nonce no two tokens are alike, so that a copy can be told from another device's."""

FRESH_TOKEN = "DEVICE_TOKEN"  # noqa: S105  a key of request.META
"""Where a request keeps the token until its answer sets the cookie."""


def issue_token(proof: DeviceProof) -> str:
    """The proof as a device keeps it, good for a year."""
    nonce = secrets.token_urlsafe(NONCE_BYTES)
    return signing.dumps([proof.user_id, proof.generation, nonce], salt=SALT)


def get_proof(request: HttpRequest) -> DeviceProof | None:
    """The proof that a device sent, if we issued it within the last year.

    Whether it still counts is known to the database.
    """
    if is_api(request):
        return read_token(request.headers.get(HEADER, ""))
    return read_token(request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""))


def read_token(token: str) -> DeviceProof | None:
    try:
        user_id, generation, _nonce = signing.loads(token, salt=SALT, max_age=LIFETIME)
    except signing.BadSignature:
        return None
    return DeviceProof(user_id, generation)


def remember(request: HttpRequest, proof: DeviceProof) -> None:
    """Leave the proof on this browser, with the answer to this request."""
    request.META[FRESH_TOKEN] = issue_token(proof)


def set_cookie(request: HttpRequest, response: HttpResponseBase) -> None:
    """Set the cookie if `remember` was called during the request."""
    if FRESH_TOKEN not in request.META:
        return
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        request.META[FRESH_TOKEN],
        max_age=LIFETIME,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
