"""What browsers and crawlers fetch by themselves: the service worker and its page for when there is
no network, the manifest, and robots.txt."""

import hashlib
import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from loopin.web.route_limits import limited_by_proxy
from loopin.web.views import site

CLOSED_TO_CRAWLERS = ["leads:list", "admin:index", "profile", "verify", "service_worker"]
"""Addresses that search engines should leave out. Who may open them is decided elsewhere."""

DRAWN_WITH = [
    "css/loopin.css",
    "js/loopin.js",
    "img/loopin.svg",
    "vendor/noto-sans/latin.woff2",
]
"""What the page for no network needs; a Hindi one falls back on the phone's own Devanagari."""

DAY_SECONDS = 24 * 60 * 60


def offline_page(request: HttpRequest) -> str:
    """The page depends on the language only, never on who asks, because browsers keep it."""
    return render_to_string("offline.html", site(request))


def worker_script(request: HttpRequest) -> str:
    """The service worker; its text changes with the page it keeps, so that browsers fetch both."""
    if not settings.SERVICE_WORKER:
        return render_to_string("sw_off.js")
    page = offline_page(request)
    values = {
        "cache": f"loopin-{hashlib.sha256(page.encode()).hexdigest()[:16]}",
        "page": resolve_url("offline"),
        "files": [static(name) for name in DRAWN_WITH],
    }
    return render_to_string("sw.js", {"values": json.dumps(values)})


@require_safe
@limited_by_proxy("it is the same for everybody of a language, without a statement")
def offline(request: HttpRequest) -> HttpResponse:
    return HttpResponse(offline_page(request))


def _etag_of_worker(request: HttpRequest) -> str:
    return f'"{hashlib.sha256(worker_script(request).encode()).hexdigest()[:32]}"'


@require_safe
@cache_control(no_cache=True)
@condition(etag_func=_etag_of_worker)
@limited_by_proxy("it is the same for everybody of a language, without a statement")
def service_worker(request: HttpRequest) -> HttpResponse:
    """Browsers fetch it at each visit, because an outdated worker could not be repaired
    otherwise."""
    return HttpResponse(worker_script(request), content_type="text/javascript; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=DAY_SECONDS)
@limited_by_proxy("it is the same for everybody of a language, without a statement")
def manifest(request: HttpRequest) -> JsonResponse:
    """https://www.w3.org/TR/appmanifest/"""
    icons = [
        {"src": static("img/loopin.svg"), "sizes": "any", "type": "image/svg+xml"},
        {"src": static("img/loopin-192.png"), "sizes": "192x192", "type": "image/png"},
        {
            "src": static("img/loopin-512.png"),
            "sizes": "512x512",
            "type": "image/png",
            "purpose": "maskable",
        },
    ]
    content = {
        "id": "/",
        "name": "Loopin",
        "short_name": "Loopin",
        "description": _("Find events you love, and people who love them too."),
        "lang": get_language() or settings.LANGUAGE_CODE,
        "start_url": resolve_url("home"),
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#fff8f3",
        "theme_color": "#fff1e9",
        "icons": icons,
    }
    return JsonResponse(content, content_type="application/manifest+json")


@require_safe
@cache_control(public=True, max_age=DAY_SECONDS)
@limited_by_proxy("it is the same for everybody of a language, without a statement")
def robots(request: HttpRequest) -> HttpResponse:
    """https://www.rfc-editor.org/rfc/rfc9309"""
    closed = "".join(f"Disallow: {resolve_url(name)}\n" for name in CLOSED_TO_CRAWLERS)
    return HttpResponse(f"User-agent: *\n{closed}Disallow: /resume/\n", content_type="text/plain")
