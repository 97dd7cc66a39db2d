"""What others look up under `/.well-known/` (RFC 8615): the keys that verify access tokens."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from loopin.web.http import json_response
from loopin.web.route_limits import limited_by_proxy

KEYS_SECONDS = 5 * 60
"""How long others may keep the keys; so long a fresh key is published before it signs."""

FOR_EVERYBODY = {"Content-Language": "en"}
"""The answers depend on no language, which would divide what caches keep."""


@require_safe
@cache_control(public=True, max_age=KEYS_SECONDS)
@limited_by_proxy("it shows settings, without a statement")
def token_keys(request: HttpRequest) -> HttpResponse:
    """The public keys of access tokens (RFC 7517 §5): none while secrets sign them."""
    published = [key.public_jwk for key in settings.JWT_KEYS if key.public_jwk]
    return json_response({"keys": published}, headers=FOR_EVERYBODY)
