"""Every address of the site is tried by everybody who is not staff. None shows a lead."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver, path

from leads.models import Lead
from loopin.urls import *  # noqa: F403  with one view more, below
from loopin.urls import urlpatterns as product
from tests.accounts.staff import door
from tests.cast import CAROL

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
PEOPLE = ["a visitor", "a customer", "staff without a code", "staff who never enrolled"]
SIGNS_OUT = ("logout/", "logout")
PUBLIC_STAFF_PAGES = {
    "login/",
    "logout/",
    "invitation/<str:token>/",
    "second-factor/",
    "second-factor/enrol/",
    "second-factor/qr.svg",
}


def report(request):
    return HttpResponse(str(list(Lead.objects.values_list("phone_number", flat=True))))


urlpatterns = [path("report/", report), path("api/report/", report), *product]


def routes(resolver, before=""):
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, route)
        else:
            yield route


def address(route):
    """An address that the route takes; ids are those of rows that may exist."""
    route = re.sub(r"<path:path>", "profile", route)
    route = re.sub(r"<(\w+:)?\w+>", str(Lead.objects.get(phone_number=CAROL).pk), route)
    route = route.replace("(?P<url>.*)$", "leads/lead/nowhere")
    return "/" + re.sub(r"\^?\(\?P<app_label>[^)]*\)/\$", "leads/", route)


ROUTES = sorted(set(routes(get_resolver("loopin.urls"))))


def browser_of_person(person, browser_of, alice, staff, manager):
    if person == "a visitor":
        return Client()
    if person == "a customer":
        return browser_of(alice)
    if person == "staff without a code":
        door.enrol(manager)
        return door.give_password(manager)
    return door.give_password(staff)


@pytest.fixture(params=PEOPLE)
def stranger(request, settings, browser_of, alice, staff, manager, carol):
    settings.STAFF_REQUIRE_2FA = True
    browser = browser_of_person(request.param, browser_of, alice, staff, manager)
    browser.raise_request_exception = False
    return browser


def test_no_address_shows_a_stranger_a_lead_or_a_page_of_the_admin(stranger, token_of, alice):
    token = {"Authorization": f"Bearer {token_of(alice)}"}
    assert len(ROUTES) > 60
    for method in METHODS:
        for route in (route for route in ROUTES if not route.endswith(SIGNS_OUT)):
            shown = stranger.generic(method, address(route), headers=token)
            body = b"".join(shown) if shown.streaming else shown.content
            assert CAROL[-9:].encode() not in body, (method, route)
            assert b"user-tools" not in body, (method, route)
            assert b'id="list"' not in body, (method, route)


def test_every_address_of_the_admin_and_the_desk_asks_to_sign_in(stranger):
    closed = [
        route
        for route in ROUTES
        if route.startswith(("leads/", "django/"))
        and route.removeprefix("django/admin/") not in PUBLIC_STAFF_PAGES
    ]
    assert len(closed) > 40
    for route in closed:
        response = stranger.get(address(route))
        assert response.status_code == 302, route
        step = response["Location"].partition("?")[0]
        assert step in (door.LOGIN, door.SECOND, door.ENROL), route


def test_every_operation_for_staff_and_services_asks_who_calls(stranger, token_of, alice):
    """Their routes are open at the door, so each of them has to ask."""
    routes = [route for route in ROUTES if route.startswith(("api/leads/", "api/service/"))]
    assert len(routes) > 8
    for route in routes:
        for method in METHODS:
            for headers in ({}, {"Authorization": f"Bearer {token_of(alice)}"}):
                answer = stranger.generic(method, address(route), headers=headers)
                assert answer.status_code in (401, 405), (method, route)


@pytest.mark.parametrize("is_required", [True, False])
def test_without_a_sign_in_the_setting_makes_no_difference(settings, carol, is_required):
    settings.STAFF_REQUIRE_2FA = is_required
    for path_ in ("/leads/", "/django/admin/", "/django/admin/leads/lead/"):
        assert Client().get(path_)["Location"] == f"{door.LOGIN}?next={path_}"


@pytest.mark.urls("tests.accounts.staff.test_access")
def test_a_view_that_is_not_listed_as_public_is_closed(stranger, manager):
    assert stranger.get("/report/").status_code == 302
    assert stranger.post("/report/").status_code == 302
    assert stranger.get("/api/report/").status_code == 401


@pytest.mark.urls("tests.accounts.staff.test_access")
def test_staff_with_a_code_get_in_by_cookie_and_not_by_token(settings, staff, token_of, carol, api):
    settings.STAFF_REQUIRE_2FA = True
    browser, _ = door.enrol(staff)
    assert CAROL.encode() in browser.get("/report/").content
    assert browser.get("/api/report/").status_code == 401
    assert api.get("/report/", token=token_of(staff)).status_code == 302
    assert api.get("/api/report/", token=token_of(staff)).status_code == 401
