"""Adding, listing, ordering and removing pictures through the API, and naming them in a profile."""

import re
import uuid

import pytest

from accounts.flows import account
from accounts.models import Picture
from tests.cast import PROFILE
from tests.pictures import made
from tests.pictures.conftest import URL

ADDRESS = re.compile(r"https://loopin\.example/media/[0-9a-f]{32}\.webp")
COMPLETE = "/api/auth/complete-profile"


@pytest.fixture
def three(send, bob):
    """Bob's three pictures, as the API tells of them."""
    return send(bob, *[made.jpeg((320, 200 + n)) for n in range(3)]).json()["data"]["pictures"]


def listed(api, token):
    return api.get(URL, token=token).json()["data"]


def codes(response):
    return {(error["field"], error["code"]) for error in response.json()["errors"]}


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


def test_only_bad_files(bob, send, folder):
    response = send(bob, b"", b"<svg/>")
    assert response.status_code == 422
    assert response.json()["code"] == "validation_error"
    assert [(one["field"], one["file"], one["code"]) for one in response.json()["errors"]] == [
        ("files", 0, "picture_unreadable"),
        ("files", 1, "picture_kind_not_allowed"),
    ]
    assert not list(folder.iterdir())
    assert not Picture.objects.exists()


def test_no_files(bob, send):
    assert codes(send(bob)) == {("files", "required")}


def test_json_instead_of_a_form(api, bob, token_of):
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
    most = 5 * 1024 * 1024
    padded = made.jpeg() + b"\x00" * (most - len(made.jpeg()))
    response = send(bob, padded, padded + b"\x00")
    data = response.json()["data"]
    assert len(data["pictures"]) == 1
    assert [(one["file"], one["code"]) for one in data["refused"]] == [(1, "picture_too_large")]


@pytest.mark.parametrize(
    ("name", "content_type"),
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


def test_a_body_beyond_all_limits(api, bob, token_of):
    headers = {"Authorization": f"Bearer {token_of(bob)}"}
    body = b"x" * (32 * 1024 * 1024)
    kind = "multipart/form-data; boundary=x"
    assert api.client.generic("POST", URL, body, kind, headers=headers).status_code == 413


@pytest.mark.parametrize("path", ["/api/auth/signup", f"{URL}/order", "/signup/"])
def test_no_other_address_takes_so_much(api, db, path):
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


def test_a_profile_is_completed_with_what_was_uploaded(api, bob, token_of, three):
    fields = {name: value for name, value in PROFILE.items() if name != "profile_pictures"}
    response = api.post(COMPLETE, fields, token=token_of(bob))
    assert response.status_code == 200, response.content
    data = response.json()["data"]
    assert data["profile_pictures"] == [one["url"] for one in three]
    assert data["avatar"] == three[0]["url"]


def test_without_any_picture_a_profile_is_not_complete(api, bob, token_of):
    response = api.post(COMPLETE, {"name": "x"}, token=token_of(bob))
    assert ("profile_pictures", "required") in codes(response)
    assert ("name", "too_short") in codes(response)


def test_a_profile_s_list_is_the_gallery(
    api, bob, token_of, three, folder, django_capture_on_commit_callbacks
):
    """Uploaded pictures and links in the order that was sent; what is not named goes."""
    token = token_of(bob)
    wanted = [three[2]["url"], "https://cdn.example.com/1.jpg", three[0]["url"]]
    fields = PROFILE | {"profile_pictures": wanted, "avatar": three[0]["url"]}
    with django_capture_on_commit_callbacks(execute=True):
        response = api.post(COMPLETE, fields, token=token)
    assert response.json()["data"]["profile_pictures"] == wanted
    assert response.json()["data"]["avatar"] == three[0]["url"]
    assert [(one["url"], one["is_avatar"]) for one in listed(api, token)] == [
        (wanted[0], False),
        (wanted[1], False),
        (wanted[2], True),
    ]
    assert len(list(folder.iterdir())) == 4
    again = {"profile_pictures": wanted[:2]}
    data = api.patch("/api/auth/profile", again, token=token).json()["data"]
    assert (data["profile_pictures"], data["avatar"]) == (wanted[:2], wanted[0])


def test_an_avatar_from_elsewhere_stays_beside_the_gallery(api, alice, token_of):
    token = token_of(alice)
    outside = "https://cdn.example.com/other.jpg"
    data = api.patch("/api/auth/profile", {"avatar": outside}, token=token).json()["data"]
    assert (data["avatar"], data["profile_pictures"]) == (outside, PROFILE["profile_pictures"])
    data = api.patch("/api/auth/profile", {"avatar": None}, token=token).json()["data"]
    assert data["avatar"] == PROFILE["profile_pictures"][0]


@pytest.mark.parametrize(
    "tail", ["0" * 32 + ".webp", "../secret", "", "{name}-small.webp", "{name}.webp?x=1"]
)
@pytest.mark.parametrize("field", ["profile_pictures", "avatar"])
def test_an_address_of_ours_that_is_not_one_s_own(api, alice, token_of, three, field, tail):
    name = three[0]["url"].rpartition("/")[2].removesuffix(".webp")
    url = "https://LOOPIN.example/media/" + tail.format(name=name)
    change = {field: [url] if field == "profile_pictures" else url}
    response = api.patch("/api/auth/profile", change, token=token_of(alice))
    assert codes(response) == {(field, "unknown_picture")}
    own = {field: [three[0]["url"]] if field == "profile_pictures" else three[0]["url"]}
    assert codes(api.patch("/api/auth/profile", own, token=token_of(alice))) == {
        (field, "unknown_picture")
    }


def test_one_picture_spelt_in_two_ways_is_one(api, bob, token_of, three):
    other = three[0]["url"].replace("loopin.example", "LOOPIN.example")
    fields = PROFILE | {"profile_pictures": [three[0]["url"], other]}
    response = api.post(COMPLETE, fields, token=token_of(bob))
    assert codes(response) == {("profile_pictures", "duplicate")}


def test_the_export_lists_them(api, bob, token_of, three):
    data = api.get("/api/auth/export", token=token_of(bob)).json()["data"]
    assert data["profile"] is None
    assert [one["url"] for one in data["pictures"]] == [one["url"] for one in three]


def test_who_is_forgotten_leaves_no_picture(bob, three, folder, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert account.forget(bob.pk)
    assert not list(folder.iterdir())
    assert not Picture.objects.exists()
