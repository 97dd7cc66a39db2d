"""The fixed addresses, and what the documents say of every operation's description."""

import re

import pytest
from django.conf import settings as configured

from loopin import __version__
from tests.contract.played import App
from tests.each import each

MARKDOWN = {"PHONE_AUTHENTICATION.md", "EMAIL_ACCOUNTS.md"}
OPERATIONS = {
    *("POST /api/auth/signup", "POST /api/auth/verify-otp", "POST /api/auth/login"),
    *("POST /api/auth/verify-login", "POST /api/auth/complete-profile", "GET /api/auth/profile"),
    *("PATCH /api/auth/profile", "GET /api/auth/event-interests", "POST /api/auth/logout"),
    *("POST /api/auth/refresh", "GET /api/auth/sessions", "DELETE /api/auth/sessions"),
    *("DELETE /api/auth/sessions/{session_id}", "POST /api/auth/profile-pictures"),
    *("DELETE /api/auth/profile-pictures/{picture_id}", "PUT /api/auth/profile-pictures/order"),
    *("POST /api/auth/change-phone", "POST /api/auth/verify-change-phone"),
    *("GET /api/auth/export", "DELETE /api/auth/account", "POST /api/users/register"),
    *("POST /api/users/login", "POST /api/users/send-phone-otp", "GET /api/users/me"),
    *("POST /api/users/verify-phone-otp", "PATCH /api/users/me", "POST /api/users/logout"),
    *("POST /api/users/send-email-otp", "POST /api/users/verify-email-otp"),
    *("POST /api/users/password-reset", "POST /api/users/password-reset/confirm"),
    *("POST /api/users/token/refresh", "GET /api", "GET /api/health"),
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def described(api):
    return api.get("/api/openapi.json").json()


def operations_of(document):
    """They are described under one of their two spellings, the one without a slash."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method != "parameters":
                yield f"{method.upper()} {path}", operation


@each("path", ["/api", "/api/"])
def test_the_root_of_the_api_says_where_its_documents_are(api, path):
    body = api.get(path).json()
    assert body == {"message": body["message"], "version": __version__, "docs": "/api/docs/"}
    assert body["message"]


@each("path", ["/api/health", "/api/health/"])
def test_the_health_of_a_service_that_works(api, path):
    response = api.get(path)
    assert response.status_code == 200
    assert response.json() == {
        "status": "healthy",
        "service": "loopin",
        "version": __version__,
        "database": "ok",
    }


@each("path", ["/api/docs", "/api/docs/"])
def test_the_documents_of_the_api_load_nothing_from_elsewhere(client, path):
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/html")
    loaded = re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="([^"]+)"', response.text)
    assert any("swagger" in url for url in loaded)
    assert [url for url in loaded if not url.startswith(("/", "data:"))] == []


def test_the_description_is_openapi_3_1_and_names_every_documented_operation(described):
    assert described["openapi"].startswith("3.1.")
    assert dict(operations_of(described)).keys() >= OPERATIONS


def test_every_operation_has_a_summary_a_description_and_examples(described):
    for name, operation in operations_of(described):
        assert operation["summary"], name
        assert operation["description"], name
        assert any(status.startswith("2") for status in operation["responses"]), name
        contents = [one.get("content", {}) for one in operation["responses"].values()]
        contents.append(operation.get("requestBody", {}).get("content", {}))
        json = [one["application/json"] for one in contents if "application/json" in one]
        assert json, name
        assert all(one.keys() & {"example", "examples"} for one in json), name


def test_the_first_version_is_not_in_the_description(described):
    assert not [path for path in described["paths"] if path.startswith("/auth")]
    assert not [path for path in described["paths"] if "version-1" in path]


@each("name", MARKDOWN)
def test_a_guide_is_markdown(client, name):
    response = client.get(f"/{name}")
    assert response.status_code == 200
    assert response["Content-Type"].partition(";")[0] == "text/markdown"
    assert b"".join(response.streaming_content) == (configured.BASE_DIR / name).read_bytes()


@each("path", ["/", "/signup/", "/login/"])
def test_a_page_is_open_to_everybody(client, path):
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/html")


@each("path", ["/profile/", "/leads/", "/django/admin/"])
def test_a_page_of_somebody_leads_strangers_to_the_sign_in(client, path):
    assert client.get(path).status_code == 302


@each("root", ["/api/auth", "/auth"])
@each("end", ["", "/"])
def test_only_answers_of_the_first_version_say_that_they_are_deprecated(sms, root, end):
    app = App(sms, root)
    answers = [
        app.play("GET", f"/event-interests{end}"),
        app.play("GET", f"/sessions{end}", status=401, code="not_authenticated"),
        app.play("GET", f"/no-such{end}", status=404, code="not_found"),
    ]
    is_first = root == "/auth"
    for answer in answers:
        assert ("Deprecation" in answer.headers) is is_first
        assert ("Sunset" in answer.headers) is is_first


def test_the_interests_are_asked_for_again_by_their_etag(sms):
    app = App(sms)
    answer = app.play("GET", "/event-interests", headers=("ETag", "Cache-Control"))
    for one in answer.json()["data"]:
        assert one.keys() >= {"id", "name", "description"}
        assert "\n" not in one["description"].strip()
    assert answer.json()["token"] is None
    assert "max-age" in answer.headers["Cache-Control"]
    tag = answer.headers["ETag"]
    again = app.api.get("/api/auth/event-interests", headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    other = app.api.get("/api/auth/event-interests", headers={"If-None-Match": '"other"'})
    assert other.status_code == 200
