"""The API and the pages have middleware of their own, and neither passes that of the other."""

import pytest
from django.conf import settings as django_settings
from django.core import checks
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.test import Client
from django.urls import path

from loopin.urls import *  # noqa: F403  with views that go wrong, below
from loopin.urls import urlpatterns as product
from tests import answers
from tests.each import each

OF_PAGES = ("session", "user", "htmx", "_messages", "csp_nonce")
"""What the pages' middleware puts on a request."""

BOTH = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Language": "hi",
}

PATHS_OF_API = ("/api/", "/api/auth/event-interests", "/auth/event-interests", "/api/nothing")
PATHS_OF_PAGES = ("/", "/signup/", "/api/docs/", "/api/docs", "/nothing/")


@pytest.fixture
def undescribed():
    """The test has answers that the API's description does not know."""
    yield
    answers.misfits.clear()


@pytest.fixture
def browser():
    """One that would send what only pages read."""
    browser = Client(raise_request_exception=False, headers={"Accept-Language": "hi"})
    browser.cookies["sessionid"] = "made-up"
    browser.cookies["django_language"] = "en"
    return browser


@each("path", PATHS_OF_API)
def test_the_api_reads_no_cookie_and_sets_none(browser, db, path):
    answer = browser.get(path, headers={"HX-Request": "true", "Accept-Encoding": "gzip"})
    assert answer["Content-Type"] == "application/json"
    assert not [name for name in OF_PAGES if hasattr(answer.wsgi_request, name)]
    assert answer.cookies == {}
    assert "Cookie" not in answer["Vary"]
    assert "Content-Security-Policy" not in answer
    assert "Content-Encoding" not in answer


@each("path", PATHS_OF_PAGES)
def test_a_page_has_what_the_api_has_not(browser, db, path):
    page = browser.get(path, headers={"Origin": "https://app.example.com"})
    assert page["Content-Type"].startswith("text/html")
    assert [name for name in OF_PAGES if not hasattr(page.wsgi_request, name)] == []
    assert "Content-Security-Policy" in page
    assert "Access-Control-Allow-Origin" not in page


@each("path", (*PATHS_OF_API, "/signup/", "/nothing/"))
def test_every_answer_is_guarded_numbered_and_in_one_language(settings, db, path):
    settings.SECURE_HSTS_SECONDS = 60
    client = Client(headers={"Accept-Language": "hi", "X-Request-ID": "asked-by-a-test"})
    answer = client.get(path, secure=True)
    assert BOTH.items() <= dict(answer.items()).items()
    assert answer["X-Request-ID"] == "asked-by-a-test"
    assert answer["Strict-Transport-Security"].startswith("max-age=60")
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["Cache-Control"]
    assert "Strict-Transport-Security" not in client.get(path)


@each("path", (*PATHS_OF_API, "/signup/"))
def test_plain_http_is_led_to_https_at_both_doors(settings, db, undescribed, path):
    settings.SECURE_SSL_REDIRECT = True
    answer = Client().get(path)
    assert (answer.status_code, answer["Location"]) == (301, f"https://testserver{path}")


@each("path", ("/api/auth/event-interests", "/auth/event-interests", "/api/nothing", "/api"))
def test_another_site_may_read_the_api(settings, db, path):
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example.com"]
    client, ours = Client(), {"Origin": "https://app.example.com"}
    assert client.get(path, headers=ours)["Access-Control-Allow-Origin"] == ours["Origin"]
    theirs = client.get(path, headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in theirs
    for answer in (theirs, client.get(path)):
        assert "origin" in answer["Vary"]
    asked = ours | {"Access-Control-Request-Method": "POST"}
    preflight = client.options(path, headers=asked)
    assert preflight.status_code == 200
    assert "POST" in preflight["Access-Control-Allow-Methods"]


def broken(request):
    raise ValueError("a fault of ours")


def missing(request):
    raise LookupError("no such thing")


def late(request):
    return TemplateResponse(request, "offline.html")


def plain(request):
    return HttpResponse("said")


urlpatterns = [
    *(path(f"{door}broken", broken) for door in ("api/auth/", "docs/")),
    *(path(f"{door}missing", missing) for door in ("api/auth/", "docs/")),
    *(path(f"{door}late", late) for door in ("api/auth/", "docs/")),
    *(path(f"{door}plain", plain) for door in ("api/auth/", "docs/")),
    *product,
]

HERE = pytest.mark.urls(__name__)
called: list[str] = []


class Outer:
    """A middleware with every hook that Django knows."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        called.append(f"{self} in")
        response = self.get_response(request)
        called.append(f"{self} out {response.status_code}")
        return response

    def process_view(self, request, view, args, kwargs):
        called.append(f"{self} view {view.__name__}")

    def process_exception(self, request, exception):
        called.append(f"{self} exception")
        return HttpResponse(status=410) if isinstance(exception, LookupError) else None

    def process_template_response(self, request, response):
        called.append(f"{self} template")
        return response

    def __str__(self):
        return type(self).__name__


class Inner(Outer):
    pass


class Crashing:
    def __init__(self, get_response):
        pass

    def __call__(self, request):
        raise ValueError("a fault of ours")


OURS = [f"{__name__}.Outer", f"{__name__}.Inner"]


@HERE
@pytest.mark.parametrize("name", ["broken", "missing", "late", "plain"])
def test_hooks_are_called_as_django_calls_them(settings, db, undescribed, name):
    settings.API_MIDDLEWARE = [*settings.API_MIDDLEWARE, *OURS]
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, *OURS]
    client = Client(raise_request_exception=False)
    calls = []
    for door in ("api/auth", "docs"):
        called.clear()
        client.get(f"/{door}/{name}")
        calls.append(called.copy())
    assert calls[0] == calls[1]
    assert calls[0][:4] == ["Outer in", "Inner in", f"Outer view {name}", f"Inner view {name}"]
    assert len(calls[0]) > 5


@HERE
def test_a_fault_of_a_view_and_of_a_middleware_is_answered_in_json(settings, db, undescribed):
    client = Client(raise_request_exception=False)
    inside = client.get("/api/auth/broken")
    settings.API_MIDDLEWARE = [*settings.API_MIDDLEWARE, f"{__name__}.Crashing"]
    between = Client(raise_request_exception=False).get("/auth/event-interests")
    for answer in (inside, between):
        assert (answer.status_code, answer.json()["code"]) == (500, "server_error")
        assert BOTH.keys() <= dict(answer.items()).keys()
        assert answer["X-Request-ID"]
    assert "Deprecation" in between


def test_what_is_behind_neither_door_is_a_page(client, db):
    answer = client.get("/nothing/")
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")


def test_version_1_comes_in_by_the_same_door(api, db):
    answer = api.get("/auth/event-interests")
    assert answer.json() == api.get("/api/auth/event-interests").json()
    assert answer["Deprecation"].startswith("@")
    assert answer.wsgi_request.path == "/api/auth/event-interests"
    assert api.get("/auth/nothing")["Sunset"]


def test_django_s_own_checks_find_what_they_look_for():
    found = {check.id for check in checks.run_checks(include_deployment_checks=True)}
    about_middleware = {
        *("admin.E408", "admin.E409", "admin.E410", "auth.E013"),
        *("security.W001", "security.W002", "security.W003"),
    }
    assert not found & about_middleware


def test_the_doors_are_lists_that_share_no_more_than_both_need():
    shared = set(django_settings.API_MIDDLEWARE) & set(django_settings.MIDDLEWARE)
    assert {name.rpartition(".")[2] for name in shared} == {
        *("RequestMetricsMiddleware", "RequestLogMiddleware", "SiteAddressMiddleware"),
    }
