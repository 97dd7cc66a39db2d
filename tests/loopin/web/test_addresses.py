"""The fixed addresses."""

import pytest

from loopin import __version__


@pytest.mark.parametrize("path", ["/api", "/api/"])
def test_the_root_of_the_api_names_version_and_docs(api, path):
    body = api.get(path).json()
    assert body["version"] == __version__
    assert body["docs"] == "/api/docs/"
    assert body["message"]


@pytest.mark.django_db(transaction=True)
def test_health_answers_that_the_service_works(api):
    response = api.get("/api/health")
    assert response.status_code == 200
    assert response.json() == {
        "status": "healthy",
        "service": "loopin",
        "version": __version__,
        "database": "ok",
    }
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("path", ["/api/docs", "/api/docs/"])
def test_documentation_is_served_by_us_alone(client, path):
    response = client.get(path)
    assert response.status_code == 200
    assert b"swagger-ui-bundle.js" in response.content
    assert b"//cdn" not in response.content
    assert "script-src 'self'" in response["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("path", "operation"),
    [
        ("/PHONE_AUTHENTICATION.md", b"/api/auth/verify-otp"),
        ("/EMAIL_ACCOUNTS.md", b"/api/users/register/"),
    ],
)
def test_the_integration_guides_are_markdown(client, path, operation):
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/markdown")
    assert operation in b"".join(response.streaming_content)


@pytest.mark.parametrize("path", ["/", "/signup/", "/login/"])
def test_pages_are_strict(client, db, path):
    response = client.get(path)
    policy = response["Content-Security-Policy"]
    assert response.status_code == 200
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_every_vendored_file_is_what_its_list_says(settings):
    import hashlib
    import json

    folder = settings.BASE_DIR / "static" / "vendor"
    listed = json.loads((folder / "vendor.json").read_text())
    entries = listed if isinstance(listed, list) else listed["files"]
    for entry in entries:
        content = (folder / entry["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
        assert entry["version"]
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*.*")}
    assert files == {entry["file"] for entry in entries} | {"vendor.json"}
