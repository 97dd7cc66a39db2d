"""The pictures that a profile names: uploaded ones and links, sent to the API as one list."""

from tests.accounts.pictures.conftest import codes, listed
from tests.cast import PROFILE
from tests.each import each

COMPLETE = "/api/auth/complete-profile"


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


@each("tail", ["0" * 32 + ".webp", "../secret", "", "{name}-small.webp", "{name}.webp?x=1"])
@each("field", ["profile_pictures", "avatar"])
def test_a_url_of_ours_that_is_not_the_caller_s_is_refused(
    api, alice, token_of, three, field, tail
):
    name = three[0]["url"].rpartition("/")[2].removesuffix(".webp")
    url = "https://LOOPIN.example/media/" + tail.format(name=name)
    change = {field: [url] if field == "profile_pictures" else url}
    response = api.patch("/api/auth/profile", change, token=token_of(alice))
    assert codes(response) == {(field, "unknown_picture")}
    own = {field: [three[0]["url"]] if field == "profile_pictures" else three[0]["url"]}
    assert codes(api.patch("/api/auth/profile", own, token=token_of(alice))) == {
        (field, "unknown_picture")
    }


def test_two_spellings_of_one_url_are_a_duplicate(api, bob, token_of, three):
    other = three[0]["url"].replace("loopin.example", "LOOPIN.example")
    fields = PROFILE | {"profile_pictures": [three[0]["url"], other]}
    response = api.post(COMPLETE, fields, token=token_of(bob))
    assert codes(response) == {("profile_pictures", "duplicate")}
