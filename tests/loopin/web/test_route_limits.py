"""Nobody stops the site by asking: every route that is open to strangers has a limit, and means
it."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from accounts.limits import NO_CAP, LimitRule
from accounts.models import PendingNumber, RateCounter
from accounts.models.rate_counter import Limit
from loopin.api import api as loopin_api
from loopin.web.route_limits import limit_of
from tests.cast import ALICE

CLOSED_PAGES = ("/login/", "/django/admin/login/", "/django/admin/")
"""Where a stranger who opens a page of somebody's own is sent: to sign in, or to another such
page."""

NO_ID = "00000000-0000-4000-8000-000000000000"
IN_A_ROUTE = {
    "<uuid:picture_id>": NO_ID,
    "<uuid:session_id>": NO_ID,
    "<section:section>": "about",
    "<picture_file:file_name>": f"{'a' * 32}.webp",
    "^(?P<app_label>interests|auth|accounts|leads)/$": "leads/",
    "(?P<url>.*)$": "nothing/",
}
MY_NETWORK = "127.0.0.1"


def pages(resolver: URLResolver, before: str = "") -> list[str]:
    """An address of each route that is no operation of the API."""
    found = []
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            found.append(address_of(route))
        elif pattern.namespace != "api":
            found += pages(pattern, route)
    return sorted(set(found) | {"/api/openapi.json", "/api/docs/"})


def address_of(route: str) -> str:
    for pattern, example in IN_A_ROUTE.items():
        route = route.replace(pattern, example)
    parts = [part if "<" not in part else "1" for part in route.strip("/").split("/")]
    return "/".join(["", *parts, *([""] if route.endswith("/") else [])]) or "/"


OPERATIONS = {
    f"{method} /api{prefix}{path}": operation
    for prefix, router in loopin_api._routers
    for path, view in router.path_operations.items()
    for operation in view.operations
    for method in operation.methods
}


def operations() -> list[tuple[str, str, Any]]:
    """The method, an address and the view of each operation, at both of its roots."""
    found = []
    for place, operation in OPERATIONS.items():
        method, _, path = place.partition(" ")
        path = re.sub("{uuid[a-z]*:[a-z_]+}", NO_ID, path)
        path = re.sub("{[a-z_:]+}", "1", path)
        found.append((method, path, operation.view_func))
        if path.startswith("/api/auth/"):
            found.append((method, path.removeprefix("/api"), operation.view_func))
    return found


@pytest.fixture
def stranger():
    return Client(raise_request_exception=False)


def is_closed(stranger: Client, path: str, *methods: str) -> bool:
    """Whether a stranger gets nothing here by any method but the way to sign in."""
    answers = [stranger.generic(method, path) for method in methods]
    return all(
        answer.status_code in (401, 405)
        or (answer.status_code == 302 and answer["Location"].partition("?")[0] in CLOSED_PAGES)
        for answer in answers
    )


def test_every_page_that_is_open_to_strangers_declares_its_limit(stranger, db):
    addresses = pages(get_resolver())
    is_open = [path for path in addresses if not is_closed(stranger, path, "GET", "POST")]
    silent = [path for path in is_open if limit_of(resolve(path).func) is None]
    assert silent == []
    assert len(addresses) > 150
    assert {"/", "/login/email/", "/django/admin/login/", "/api/openapi.json"} <= set(is_open)
    assert not {"/leads/", "/profile/", "/django/admin/accounts/user/"} & set(is_open)


def test_every_operation_that_is_open_to_strangers_declares_its_limit(stranger, db):
    is_open = {
        (method, path): view
        for method, path, view in operations()
        if not is_closed(stranger, path, method)
    }
    assert [place for place, view in is_open.items() if limit_of(view) is None] == []
    assert {("POST", "/api/users/register/"), ("POST", "/auth/signup")} <= set(is_open)
    assert ("GET", "/api/users/me/") not in is_open


def test_a_declaration_says_something():
    views = [view for _, _, view in operations()]
    views += [resolve(path).func for path in pages(get_resolver())]
    for limit in filter(None, map(limit_of, views)):
        assert bool(limit.rules) != bool(limit.reason)
        assert all(isinstance(rule, LimitRule) for rule in limit.rules)


@pytest.fixture
def used_up(db):
    """`used_up(rules)`: this network has had as many as each rule allows."""

    def fill(rules):
        limits = [Limit(rule.key_for(MY_NETWORK), NO_CAP, rule.seconds) for rule in rules]
        RateCounter.objects.spend(limits)
        RateCounter.objects.update(count=NO_CAP - 1)

    return fill


API_LIMITED = [
    (place, operation)
    for place, operation in OPERATIONS.items()
    if (limit := limit_of(operation.view_func)) is not None and limit.rules
]


@pytest.mark.parametrize(("place", "operation"), API_LIMITED, ids=[p for p, _ in API_LIMITED])
def test_an_operation_refuses_a_network_that_used_its_limit_up(
    stranger, used_up, settings, place, operation
):
    settings.UNIFIED_SIGNUP = True
    used_up(limit_of(operation.view_func).rules)
    method, _, path = place.partition(" ")
    content = operation.openapi_extra["requestBody"]["content"]["application/json"]
    body = content["examples"]["request"]["value"]
    response = stranger.generic(method, path, json.dumps(body), "application/json")
    assert response.status_code == 429, response.content
    assert response["Retry-After"]


NUMBER = {"phone_number": ALICE, "phone_country": "IN"}
CODE = {"otp_code": "123456"}
LOGIN = {"email": "asha@example.com", "username": "mona", "password": "correct horse battery"}
NEW_PASSWORD = {"password": "a good long sentence", "password_confirm": "a good long sentence"}
FORMS = {
    "/signup/": NUMBER,
    "/login/": NUMBER,
    "/password/": NUMBER,
    "/verify/": {"otp_code": "1234"},
    "/verify/resend/": {"channel": "sms"},
    "/password/new/": CODE | NEW_PASSWORD,
    "/login/email/": LOGIN,
    "/django/admin/login/": LOGIN,
}


def test_the_forms_are_those_of_all_limited_pages():
    limited = {path for path in pages(get_resolver()) if has_rules(resolve(path).func)}
    assert limited == set(FORMS)


def has_rules(view: Any) -> bool:
    limit = limit_of(view)
    return limit is not None and bool(limit.rules)


@pytest.mark.parametrize("path", FORMS)
def test_a_page_refuses_a_network_that_used_its_limit_up(stranger, used_up, path):
    session = stranger.session
    name = PendingNumber.objects.remember(ALICE, is_typed=True)
    session.update({"phone_number": {name: ""}, "reset_phone_number": {name: ""}})
    session.save()
    stranger.cookies["sessionid"] = session.session_key
    used_up(limit_of(resolve(path).func).rules)
    response = stranger.post(path, FORMS[path])
    if path == "/verify/resend/":  # it says so on the page that it leads back to
        response = stranger.get(response["Location"])
        assert "Too many requests" in response.content.decode()
    else:
        assert response.status_code == 429, response.content.decode()
