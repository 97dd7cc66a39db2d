"""What answers tell browsers and proxies to do, and not to do."""

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.test import Client, RequestFactory
from ninja.openapi.views import openapi_json

from loopin.api import LoopinAPI
from loopin.web.views import if_enabled
from tests.cast import ALICE, DAVE, PROFILE
from tests.each import each

PRODUCTION = {
    "ENV_FILE": "",
    "ENVIRONMENT": "prod",
    "DATABASE_URL": "postgresql://loopin@127.0.0.1/loopin",
    "SECRET_KEY": "s" * 50,
    "JWT_SECRET_KEY": "j" * 50,
    "MEDIA_ROOT": "/media",
}


@pytest.fixture(scope="module")
def production():
    """Settings as production has them, read by a process of their own."""
    names = [
        *("SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "SESSION_COOKIE_PATH"),
        *("SESSION_COOKIE_DOMAIN", "CSRF_COOKIE_NAME", "CSRF_COOKIE_SECURE", "CSRF_COOKIE_PATH"),
        *(
            "CSRF_COOKIE_DOMAIN",
            "DEVICE_COOKIE_NAME",
            "SECURE_HSTS_SECONDS",
            "SECURE_HSTS_INCLUDE_SUBDOMAINS",
        ),
    ]
    code = (
        "import json, django; django.setup(); from django.conf import settings as s;"
        f"print(json.dumps({{name: getattr(s, name) for name in {names}}}))"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "loopin.settings",
        **PRODUCTION,
    }
    command = [sys.executable, "-c", code]
    return json.loads(
        subprocess.run(command, env=environment, capture_output=True, check=True).stdout
    )


def test_production_s_cookies_are_bound_to_the_host(production, settings, sms, db):
    for name, value in production.items():
        setattr(settings, name, value)
    response = Client().post("/signup/", {"phone_number": DAVE}, secure=True, follow=True)
    client = response.client
    client.post("/verify/", {"otp_code": sms.last_code(DAVE)}, secure=True)
    names = {"__Host-sessionid", "__Host-csrftoken", "__Host-device"}
    assert names <= set(client.cookies)
    for name in names:
        cookie = client.cookies[name]
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")


def test_production_asks_for_https_for_a_year(production, settings, client):
    settings.SECURE_HSTS_SECONDS = production["SECURE_HSTS_SECONDS"]
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = production["SECURE_HSTS_INCLUDE_SUBDOMAINS"]
    value = Client().get("/api/", secure=True)["Strict-Transport-Security"]
    assert value == "max-age=31536000; includeSubDomains"


@each("path", ["/", "/api/", "/api/docs/", "/nothing", "/leads/", "/profile/"])
def test_every_answer_is_guarded(client, db, path):
    headers = client.get(path).headers
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_answers_with_personal_data_are_kept_nowhere(api, sms, alice, token_of):
    api.post("/api/auth/login", {"phone_number": ALICE})
    body = {"phone_number": ALICE, "otp_code": sms.last_code(ALICE)}
    token = token_of(alice)
    for response in (
        api.post("/api/auth/verify-login", body),
        api.get("/api/auth/profile", token=token),
        api.patch("/api/auth/profile", {"bio": "x"}, token=token),
        api.post("/api/auth/complete-profile", PROFILE, token=token),
        api.get("/api/auth/profile"),
        api.get("/auth/profile", token=token),
    ):
        assert "no-store" in response["Cache-Control"]


@each("path", ["/profile/", "/profile/edit/about/", "/signup/", "/verify/"])
def test_pages_of_a_person_are_kept_nowhere(alice, browser_of, path):
    assert "no-store" in browser_of(alice).get(path)["Cache-Control"]


@each("path", ["/leads/", "/django/admin/", "/django/admin/leads/lead/", "/django/admin/login/"])
def test_pages_of_staff_are_kept_nowhere(manager, browser_of, path):
    response = browser_of(manager).get(path)
    assert response.status_code in (200, 302)
    assert "no-store" in response["Cache-Control"]


def test_what_is_public_may_be_kept(api, db):
    assert "public" in api.get("/api/auth/event-interests")["Cache-Control"]
    assert "no-store" not in api.get("/api/auth/event-interests")["Cache-Control"]


@each("content_type", ["application/x-www-form-urlencoded", "multipart/form-data"])
@each("path", ["/signup/", "/verify/", "/django/admin/login/", "/logout/"])
def test_a_page_s_body_over_the_limit_is_refused(client, db, path, content_type):
    response = client.generic("POST", path, b"x" * (1024 * 1024 + 1), f"{content_type}; boundary=x")
    assert response.status_code == 413
    assert b"too much at once" in response.content


def test_an_uploaded_file_over_the_limit_is_not_written_to_disk(client, db, tmp_path):
    import io

    big = io.BytesIO(b"x" * 2_000_000)
    assert client.post("/signup/", {"phone_number": DAVE, "file": big}).status_code == 413


@pytest.mark.parametrize("path", ["/api/docs/", "/api/docs", "/api/openapi.json"])
def test_the_documentation_can_be_switched_off(client, db, settings, path):
    assert client.get(path).status_code == 200
    settings.API_DOCS_ENABLED = False
    assert client.get(path).status_code == 404
    assert b"For developers" not in client.get("/").content
    assert client.get("/api/").json()["message"]


def test_web_apps_elsewhere_can_read_our_headers(api, sms, db, settings):
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example"]
    headers = {"Origin": "https://app.example"}
    response = api.post("/api/auth/signup", {"phone_number": DAVE}, headers=headers)
    exposed = response["Access-Control-Expose-Headers"].split(", ")
    assert {"Retry-After", "ETag", "Deprecation", "Sunset", "X-Request-ID"} <= set(exposed)
    asked = headers | {"Access-Control-Request-Method": "POST"}
    preflight = api.request("OPTIONS", "/api/auth/signup", headers=asked)
    assert "x-request-id" in preflight["Access-Control-Allow-Headers"]


def test_the_description_is_built_once_however_many_ask(client, settings, monkeypatch):
    """All who come while it is being built get the same, and so does who comes later."""
    built = []

    class Slow(LoopinAPI):
        def get_openapi_schema(self, **values):
            built.append(time.sleep(0.1))
            return {"openapi": "3.1.0"}

    view = if_enabled(partial(openapi_json, api=Slow(urls_namespace="slow")))
    request = RequestFactory().get("/api/openapi.json")
    with ThreadPoolExecutor(16) as crowd:
        answers = list(crowd.map(lambda _: view(request), range(64)))
    assert len(built) == 1
    assert {answer.content for answer in answers} == {b'{"openapi": "3.1.0"}'}


@each("path", ["/api/openapi.json", "/api/docs/"])
def test_the_documentation_is_revalidated(client, db, path):
    first = client.get(path)
    assert first["Cache-Control"] == "no-cache"
    assert client.get(path).content == first.content
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
