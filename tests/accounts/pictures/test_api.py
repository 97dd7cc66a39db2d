"""Adding, listing, ordering and removing pictures through the API."""

import re
import uuid

import pytest

from accounts.models import Picture
from accounts.pictures import sizes
from accounts.privacy import flows as privacy
from tests.accounts.pictures import made
from tests.accounts.pictures.conftest import URL, codes, listed
from tests.each import each

ADDRESS = re.compile(r"https://loopin\.example/media/[0-9a-f]{32}\.webp")


def test_a_picture_is_added_before_there_is_a_profile(api, bob, send, token_of, folder):
    response = send(bob, made.jpeg((320, 240)))
    body = response.json()
    assert response.status_code == 201
    assert body.keys() == {"success", "message", "data", "token"}
    [picture] = body["data"]["pictures"]
    assert body["data"]["refused"] == []
    assert ADDRESS.fullmatch(picture["url"])
    assert picture["thumbnail_url"] == picture["url"].replace(".webp", "-small.webp")
    assert (picture["width"], picture["height"], picture["is_avatar"]) == (320, 240, False)
    assert listed(api, token_of(bob)) == [picture]
    assert len(list(folder.iterdir())) == 2


def test_one_bad_file_does_not_lose_the_others(bob, send, folder):
    response = send(bob, made.jpeg(), b"<svg/>", made.png())
    data = response.json()["data"]
    assert response.status_code == 201
    assert len(data["pictures"]) == 2
    [refused] = data["refused"]
    assert (refused["file"], refused["code"]) == (1, "picture_kind_not_allowed")
    assert len(list(folder.iterdir())) == 4


def test_a_request_with_only_bad_files_is_refused(bob, send, folder):
    response = send(bob, b"", b"<svg/>")
    assert response.status_code == 422
    assert response.json()["code"] == "validation_error"
    assert [(one["field"], one["file"], one["code"]) for one in response.json()["errors"]] == [
        ("files", 0, "picture_unreadable"),
        ("files", 1, "picture_kind_not_allowed"),
    ]
    assert not list(folder.iterdir())
    assert not Picture.objects.exists()


def test_a_request_without_files_is_refused(bob, send):
    assert codes(send(bob)) == {("files", "required")}


def test_json_instead_of_a_form_is_refused(api, bob, token_of):
    assert api.post(URL, {}, token=token_of(bob)).status_code == 415


def test_a_seventh_is_refused_alone(bob, send, folder):
    response = send(bob, *[made.jpeg((64 + n, 64)) for n in range(7)])
    assert response.status_code == 201
    assert len(response.json()["data"]["pictures"]) == 6
    [refused] = response.json()["data"]["refused"]
    assert (refused["file"], refused["code"]) == (6, "too_many_pictures")
    again = send(bob, made.jpeg())
    assert codes(again) == {("files", "too_many_pictures")}
    assert len(list(folder.iterdir())) == 12


def test_a_file_that_is_too_large_is_refused_alone(bob, send):
    padded = made.jpeg().ljust(sizes.MAX_BYTES, b"\x00")
    response = send(bob, padded, padded + b"\x00")
    data = response.json()["data"]
    assert len(data["pictures"]) == 1
    assert [(one["file"], one["code"]) for one in data["refused"]] == [(1, "picture_too_large")]


@each(
    "name, content_type",
    [
        ("../../../etc/passwd", "image/jpeg"),
        ("..\\..\\me.php", "application/x-php"),
        ("me.html", "text/html"),
        ("x" * 300 + ".jpg", "image/jpeg"),
        ("मेरी तस्वीर.jpg", ""),
        ("a\x00b.jpg", "image/svg+xml"),
    ],
)
def test_neither_the_name_nor_the_type_that_was_sent_is_believed(
    bob, send, folder, name, content_type
):
    response = send(bob, made.file(made.jpeg(), name, content_type))
    assert response.status_code == 201, response.content
    assert {len(file.name) for file in folder.iterdir()} == {37, 43}
    assert all(file.suffix == ".webp" for file in folder.iterdir())
    assert {file.name for file in folder.parent.iterdir()} == {"media"}


def test_a_body_beyond_the_limit_is_refused(api, bob, token_of):
    headers = {"Authorization": f"Bearer {token_of(bob)}"}
    body = b"x" * (sizes.MAX_BODY_BYTES + 1)
    kind = "multipart/form-data; boundary=x"
    assert api.client.generic("POST", URL, body, kind, headers=headers).status_code == 413


@pytest.mark.parametrize("path", ["/api/auth/signup", f"{URL}/order", "/signup/"])
def test_other_urls_keep_the_smaller_body_limit(api, db, path):
    body = b"x" * (2 * 1024 * 1024)
    method = "PUT" if path.endswith("order") else "POST"
    response = api.client.generic(method, path, body, "multipart/form-data; boundary=x")
    assert response.status_code == 413


def test_without_a_token_no_file_is_read(api, db):
    response = api.client.post(URL, {"files": [made.file(made.jpeg())]})
    assert response.status_code == 401
    assert api.get(URL).status_code == 401


def test_the_version_1_address_works_too(api, bob, token_of):
    headers = {"Authorization": f"Bearer {token_of(bob)}"}
    files = {"files": [made.file(made.jpeg())]}
    response = api.client.post("/auth/profile-pictures", files, headers=headers)
    assert response.status_code == 201
    assert "Deprecation" in response.headers


def test_removing_a_picture_takes_its_files(
    api, bob, token_of, three, folder, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        response = api.request("DELETE", f"{URL}/{three[1]['id']}", token=token_of(bob))
    assert response.status_code == 200
    assert listed(api, token_of(bob)) == [three[0], three[2]]
    assert len(list(folder.iterdir())) == 4
    assert Picture.objects.count() == 2


def test_somebody_else_s_picture_is_not_there(api, alice, token_of, three):
    response = api.request("DELETE", f"{URL}/{three[0]['id']}", token=token_of(alice))
    assert (response.status_code, response.json()["code"]) == (404, "picture_not_found")
    response = api.request("DELETE", f"{URL}/{uuid.uuid4()}", token=token_of(alice))
    assert response.status_code == 404
    assert Picture.objects.filter(pk=three[0]["id"]).exists()


def test_a_profile_keeps_its_last_picture(api, alice, token_of):
    [link] = listed(api, token_of(alice))
    response = api.request("DELETE", f"{URL}/{link['id']}", token=token_of(alice))
    assert (response.status_code, response.json()["code"]) == (409, "last_picture")


def test_pictures_are_put_in_order(api, bob, token_of, three):
    token = token_of(bob)
    order = [three[number]["id"] for number in (2, 0, 1)]
    response = api.request("PUT", f"{URL}/order", {"order": order}, token=token)
    assert response.status_code == 200
    assert [one["id"] for one in response.json()["data"]] == order
    assert [one["id"] for one in listed(api, token)] == order


def test_an_order_names_each_picture_once(api, bob, alice, token_of, three):
    ids = [one["id"] for one in three]
    token = token_of(bob)
    [strange] = listed(api, token_of(alice))
    for order in (ids[:2], [*ids, ids[0]], [*ids[:2], strange["id"]], [], [*ids[:2], "x"], "x"):
        response = api.request("PUT", f"{URL}/order", {"order": order}, token=token)
        assert response.status_code == 422, order
        assert {error["field"] for error in response.json()["errors"]} == {"order"}
    assert [one["id"] for one in listed(api, token)] == ids


def test_the_export_lists_the_pictures(api, bob, token_of, three):
    data = api.get("/api/auth/export", token=token_of(bob)).json()["data"]
    assert data["profile"] is None
    assert [one["url"] for one in data["pictures"]] == [one["url"] for one in three]
    hashes = [made.hash_of(made.jpeg((320, 200 + n))) for n in range(3)]
    assert [one["source_hash"] for one in data["pictures"]] == hashes


def test_who_is_forgotten_leaves_no_picture(bob, three, folder, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert privacy.forget(bob.pk)
    assert not list(folder.iterdir())
    assert not Picture.objects.exists()
