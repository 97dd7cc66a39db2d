"""An app that says it is too old is asked to update, and everything else goes on."""

import pytest
from django.core.exceptions import MiddlewareNotUsed

from loopin.web.app_version import AppVersionMiddleware
from tests.cast import ALICE
from tests.each import each

INTERESTS = "/api/auth/event-interests"
SIGNUP = "/api/auth/signup"


@pytest.fixture
def version_2(settings):
    """The product after its settings were read, as at each start."""
    settings.MINIMUM_APP_VERSION = "2.0.3"


def told(version):
    return {"App-Version": version}


@each("version", ["2.0.2", "2", "2.0", "1.9999", "0.1", "2.0.2-beta", "2.0.2+99", "2.0.2 (17)"])
def test_an_older_app_is_asked_to_update(version_2, api, db, version):
    answer = api.get(INTERESTS, headers=told(version))
    assert answer.status_code == 426
    body = answer.json()
    assert (body["success"], body["code"], body["data"]) == (False, "app_too_old", None)
    assert "update" in body["message"]


@each("version", ["2.0.3", "2.0.3.0", "2.0.10", "2.1", "10", "2.0.3-beta", "02.000.03"])
def test_an_app_that_is_new_enough_goes_on(version_2, api, db, version):
    assert api.get(INTERESTS, headers=told(version)).status_code == 200


@each("version", ["", "latest", "v1.0", "1.0rc1", "-1", "1,0", "1.", "9" * 4000, "é", "1.0.0.0.0"])
def test_what_is_no_version_is_not_read(version_2, api, db, version):
    assert api.get(INTERESTS, headers=told(version)).status_code == 200


def test_who_says_no_version_goes_on(version_2, api, db):
    assert api.get(INTERESTS).status_code == 200


def test_nothing_is_done_for_an_app_that_is_too_old(
    version_2, api, db, sms, django_assert_num_queries
):
    with django_assert_num_queries(0):
        answer = api.post(SIGNUP, {"phone_number": ALICE}, headers=told("1.0"))
    assert answer.status_code == 426
    assert sms.messages == []


@each("path", ["auth/profile", "auth/profile/", "users/me/", "users/me", "leads/", ""])
def test_every_part_of_the_api_refuses_it(version_2, api, db, path):
    assert api.get(f"/api/{path}", headers=told("1.0")).json()["code"] == "app_too_old"


def test_the_first_version_s_addresses_refuse_it(version_2, api, db):
    assert api.post("/auth/signup", {}, headers=told("1.0")).status_code == 426


@each("path", ["/api/health", "/", "/login/", "/robots.txt", "/api/docs/"])
def test_health_and_pages_do_not_ask_for_a_version(version_2, api, db, path):
    assert api.get(path, headers=told("1.0")).status_code == 200


def test_the_words_are_in_the_language_of_the_app(version_2, api, db):
    hindi = api.get(INTERESTS, headers=told("1.0") | {"Accept-Language": "hi"})
    assert "अपडेट" in hindi.json()["message"]


def test_a_web_app_on_another_origin_may_say_its_version(version_2, settings, api, db):
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example.com"]
    origin = {"Origin": "https://app.example.com"}
    asked = {
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "app-version",
    }
    preflight = api.request("OPTIONS", INTERESTS, headers=origin | asked)
    assert "app-version" in preflight["Access-Control-Allow-Headers"]
    refused = api.get(INTERESTS, headers=origin | told("1.0"))
    assert (refused.status_code, refused["Access-Control-Allow-Origin"]) == (426, origin["Origin"])


def test_without_a_minimum_no_version_is_read(api, db):
    assert api.get(INTERESTS, headers=told("0.0.1")).status_code == 200
    with pytest.raises(MiddlewareNotUsed):
        AppVersionMiddleware(api)
