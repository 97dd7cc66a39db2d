"""What others look up under `/.well-known/` (RFC 8615). It is the same for everybody, and what is
not configured does not exist."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from loopin.config.mobile_apps import read_android_app
from loopin.config.support_contact import get_link
from loopin.web.http import json_response
from loopin.web.ready_answers import revalidated, tag_of
from loopin.web.route_limits import limited_by_proxy
from loopin.web.site_address import get_site_url

KEYS_SECONDS = 5 * 60
"""How long others may keep the keys; so long a fresh key is published before it signs."""

FILE_SECONDS = 60 * 60
SECURITY_LIFETIME = timedelta(days=180)
"""RFC 9116 §2.5.5 recommends less than a year. Each answer counts from its own day, so the file
is out of date only if nobody runs the site any more."""

FOR_EVERYBODY = {"Content-Language": "en"}
"""The answers depend on no language, which would divide what caches keep."""

APP_PATHS = ["/", "/signup/", "/login/", "/resume/*", "/profile/*"]
"""The pages that an app has, too. Links to the others, such as the desk, open in the browser."""

ANDROID_RELATIONS = [
    "delegate_permission/common.handle_all_urls",
    "delegate_permission/common.get_login_creds",
]

View = Callable[[HttpRequest], HttpResponse]


def file_for_everybody(*, seconds: int) -> Callable[[View], View]:
    """`@file_for_everybody(seconds=3600)`: caches may keep the answer so long."""

    def decorate(view: View) -> View:
        @wraps(view)
        def tagged(request: HttpRequest) -> HttpResponse:
            response = view(request)
            response.headers["ETag"] = tag_of(response.content)
            return revalidated(request, response)

        limited = limited_by_proxy("it shows settings, without a statement")(tagged)
        return require_safe(cache_control(public=True, max_age=seconds)(limited))

    return decorate


@file_for_everybody(seconds=KEYS_SECONDS)
def token_keys(request: HttpRequest) -> HttpResponse:
    """The public keys of access tokens (RFC 7517 §5): none while secrets sign them."""
    published = [key.public_jwk for key in settings.JWT_KEYS if key.public_jwk]
    return json_response({"keys": published}, headers=FOR_EVERYBODY)


@file_for_everybody(seconds=FILE_SECONDS)
def apple_apps(request: HttpRequest) -> HttpResponse:
    """https://developer.apple.com/documentation/xcode/supporting-associated-domains"""
    apps = _configured(settings.IOS_APPS)
    links = {"appIDs": apps, "components": [{"/": page} for page in APP_PATHS]}
    content = {"applinks": {"details": [links]}, "webcredentials": {"apps": apps}}
    return json_response(content, headers=FOR_EVERYBODY)


@file_for_everybody(seconds=FILE_SECONDS)
def android_apps(request: HttpRequest) -> HttpResponse:
    """https://developers.google.com/digital-asset-links/v1/getting-started"""
    certificates: dict[str, list[str]] = {}
    for package, fingerprint in map(read_android_app, _configured(settings.ANDROID_APPS)):
        certificates.setdefault(package, []).append(fingerprint)
    content = [
        {
            "relation": ANDROID_RELATIONS,
            "target": {
                "namespace": "android_app",
                "package_name": package,
                "sha256_cert_fingerprints": fingerprints,
            },
        }
        for package, fingerprints in certificates.items()
    ]
    return json_response(content, headers=FOR_EVERYBODY)


@file_for_everybody(seconds=FILE_SECONDS)
def change_password(request: HttpRequest) -> HttpResponse:
    """https://w3c.github.io/webappsec-change-password-url/"""
    _configured(settings.EMAIL_LOGIN_ENABLED)
    return redirect("forgot_password")


@file_for_everybody(seconds=FILE_SECONDS)
def security(request: HttpRequest) -> HttpResponse:
    """RFC 9116."""
    expires = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0) + SECURITY_LIFETIME
    fields = {
        "Contact": get_link(_configured(settings.SECURITY_CONTACT)),
        "Expires": expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Policy": settings.SECURITY_POLICY,
        "Preferred-Languages": ", ".join(code for code, _ in settings.LANGUAGES),
        "Canonical": f"{get_site_url()}/.well-known/security.txt",
    }
    lines = [f"{name}: {value}\n" for name, value in fields.items() if value]
    return HttpResponse(
        "".join(lines), content_type="text/plain; charset=utf-8", headers=FOR_EVERYBODY
    )


def _configured(setting: Any) -> Any:
    """The setting itself. Raises Http404 if it is empty."""
    if not setting:
        raise Http404
    return setting


app_name = "well_known"
urlpatterns = [
    path("jwks.json", token_keys, name="token_keys"),
    path("apple-app-site-association", apple_apps, name="apple_apps"),
    path("assetlinks.json", android_apps, name="android_apps"),
    path("change-password", change_password, name="change_password"),
    path("security.txt", security, name="security"),
]
