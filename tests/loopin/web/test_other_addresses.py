"""Every address of the API with and without a slash at its end, the first word in capitals, and the
addresses of version 1."""

import re
from uuid import UUID

import pytest
from django.test import Client
from django.urls import clear_url_caches, get_resolver
from django.urls.resolvers import RoutePattern, URLPattern, URLResolver

from loopin.web.http import API
from tests.cast import ALICE, DAVE
from tests.each import each

METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")
EXAMPLES = {"uuid": str(UUID(int=7)), "int": "7", "str": "word", "slug": "word"}
"""A value for each converter, of something that does not exist."""


def routes_of(resolver, before=""):
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes_of(pattern, route)
        else:
            assert isinstance(pattern, URLPattern)
            assert isinstance(pattern.pattern, RoutePattern)
            yield route


def example_of(route):
    return "/" + re.sub(
        r"<(?:(\w+):)?(\w+)>", lambda found: EXAMPLES.get(found[1] or "str", "word"), route
    )


def api_addresses():
    [api] = [one for one in get_resolver().url_patterns if str(one.pattern) == f"{API}/"]
    return sorted({example_of(route) for route in routes_of(api, f"{API}/")})


def other(path):
    return path[:-1] if path.endswith("/") else f"{path}/"


@pytest.fixture
def resolved(monkeypatch):
    """The paths that the root of all routes was asked for."""
    asked = []
    resolve = URLResolver.resolve

    def counted(self, path):
        if self is get_resolver():
            asked.append(path)
        return resolve(self, path)

    monkeypatch.setattr(URLResolver, "resolve", counted)
    return asked


def what_it_says(response):
    is_json = response.headers.get("Content-Type", "").startswith("application/json")
    said = response.json() if is_json else {}
    return response.status_code, said.get("code"), response.headers.get("Allow")


@pytest.mark.django_db
def test_every_address_answers_the_same_with_and_without_its_slash(sms):
    paths = api_addresses()
    assert len(paths) > 40
    assert {"/api/sms-status/", "/api/docs/", "/api/leads/"} <= set(paths)
    browser = Client(raise_request_exception=False)
    for path in paths:
        for method in METHODS:
            one, two = (browser.generic(method, spelling) for spelling in (path, other(path)))
            assert what_it_says(one) == what_it_says(two), (method, path)
            assert what_it_says(one)[:2] != (404, "not_found") or "7" in path or "word" in path
            assert not two.has_header("Location"), path


@pytest.mark.django_db
def test_query_method_and_body_are_kept(api, sms):
    assert api.post("/api/auth/signup/?from=app", {"phone_number": DAVE}).status_code == 200
    code = {"phone_number": DAVE, "otp_code": sms.last_code(DAVE)}
    token = api.post("/auth/verify-otp/", code).json()["token"]
    assert api.get("/api/users/me", token=token).json()["data"]["phone"] == DAVE
    assert api.request("HEAD", "/api/users/me", token=token).status_code == 200


def test_an_address_without_parameters_is_looked_up_once(client, resolved, db):
    path = "/api/auth/event-interests"
    clear_url_caches()
    for _ in range(3):
        assert client.get(path).status_code == 200
    assert resolved == [path]
    for spelling in (f"{path}/", path, "/auth/event-interests", path):
        assert client.get(spelling).status_code == 200
    assert resolved == [path, f"{path}/"]


def test_other_addresses_are_looked_up_each_time(client, resolved, db):
    paths = [f"/api/auth/sessions/{UUID(int=number)}" for number in range(3)]
    for path in paths:
        assert client.delete(path).status_code == 401
    assert resolved == paths


def test_a_page_without_its_slash_is_still_redirected(client, db):
    response = client.get("/signup?next=x")
    assert (response.status_code, response["Location"]) == (301, "/signup/?next=x")


NOTHING = (
    *("/API/auth/signup", "/Api/", "/API", "/auth", "/AUTH/", "/Auth/signup", "/api/nothing"),
    *("/api/nothing/", "/api/auth", "/auth/nothing", "/api///", "/API/docs/"),
)


@each("path", NOTHING)
def test_what_is_nothing_is_said_in_json(client, db, path):
    response = client.get(path)
    assert response.status_code == 404
    assert response["Content-Type"] == "application/json"
    assert response.json()["code"] == "not_found"


@each("path", ["/authors", "/apis", "/apiary/"])
def test_what_only_begins_like_the_api_is_a_page(client, db, path):
    response = client.get(path, follow=True)
    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/html")


def test_version_1_says_where_its_successor_is(api, sms, alice):
    for path in ("/auth/login", "/auth/login/"):
        response = api.post(path, {"phone_number": ALICE})
        assert response.headers["Deprecation"].startswith("@")
        assert response.headers["Link"].startswith("</api/auth/login")


def test_a_very_long_address_is_not_looked_up(client, db, resolved):
    response = client.get("/api/" + "a" * 400)
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert resolved == []
