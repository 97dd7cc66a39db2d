"""How uploaded pictures are served: for ever, as pictures, and as nothing else."""

import pytest
from django.test import Client

from tests.accounts.pictures import made
from tests.each import each


@pytest.fixture
def path(bob, send):
    url = send(bob, made.jpeg()).json()["data"]["pictures"][0]["url"]
    return url.removeprefix("https://loopin.example")


def test_a_picture_is_served_as_one(path, client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/webp"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "Set-Cookie" not in response.headers
    assert "Cookie" not in response.headers.get("Vary", "")
    assert made.opened(response.content).size == (320, 240)
    assert made.opened(client.get(path.replace(".webp", "-small.webp")).content).size == (480, 480)


def test_who_is_signed_in_gets_the_same(path, alice, browser_of, django_assert_num_queries):
    browser = browser_of(alice)
    with django_assert_num_queries(0):
        response = browser.get(path)
    assert "Cookie" not in response.headers.get("Vary", "")
    assert "Set-Cookie" not in response.headers


def test_what_a_browser_has_is_not_sent_again(path, client):
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == first["Cache-Control"]
    assert client.head(path).content == b""


@each(
    "name",
    [
        *("0" * 32 + ".webp", "0" * 32, "0" * 31 + ".webp", "0" * 32 + ".svg"),
        *("../loopin/settings.py", "%2e%2e/settings.py", "..%2f..%2fetc%2fpasswd", ""),
        *("A" * 32 + ".webp", "0" * 32 + "-small.webp", "0" * 32 + "-large.webp"),
    ],
)
def test_nothing_else_is_served(db, name):
    assert Client().get(f"/media/{name}").status_code == 404


def test_a_storage_in_trouble_says_so(path, client, folder):
    target = folder / path.removeprefix("/media/")
    target.unlink()
    target.mkdir()  # reading a folder fails whoever reads it
    response = client.get(path)
    assert response.status_code == 503
    assert "no-store" in response["Cache-Control"]
