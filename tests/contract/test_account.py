"""The profile, the pictures, the number, the export and the deletion of an account."""

import pytest

from accounts.models import Picture, User
from tests.accounts.pictures import made
from tests.accounts.pictures.conftest import use_folder
from tests.cast import ALICE, CAROL, DAVE, PROFILE
from tests.contract.played import TIME, App, differences
from tests.each import each

SENT = "OTP sent successfully to your phone number"
OF_PROFILE = {
    *("id", "name", "email", "phone_number", "bio", "location", "birth_date", "avatar", "gender"),
    *("event_interests", "profile_pictures", "is_verified", "is_active", "created_at"),
    "updated_at",
}
KNOWN = {"phone_number": DAVE, "is_verified": True, "is_active": True}
EMPTY = {
    **dict.fromkeys(("birth_date", "avatar", "gender")),
    "event_interests": [],
    "profile_pictures": [],
}
CHANGES = {
    "name": "Asha Menon",
    "birth_date": "1990-01-02",
    "gender": "other",
    "event_interests": [2, 10],
    "profile_pictures": ["https://example.com/2.jpg", "https://example.com/1.jpg"],
    "email": "menon@example.com",
    "bio": "Paints.",
    "location": "Kochi",
    "avatar": "https://example.com/avatar.jpg",
}

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["/api/auth", "/auth"])
def app(request, sms, settings, tmp_path):
    use_folder(settings, tmp_path)
    return App(sms, request.param)


@pytest.fixture
def dave(app):
    return app.sign_in(DAVE)


@pytest.fixture
def customer(app, dave):
    app.api.post("/api/auth/complete-profile", PROFILE, token=app.token)
    return dave


def profile_of(app):
    response = app.api.get(f"{app.root}/profile", token=app.token)
    assert response.status_code == 200
    return response.json()


def upload(app, *contents, status=201):
    files = [made.file(content, f"{number}.jpg") for number, content in enumerate(contents)]
    headers = {"Authorization": f"Bearer {app.token}"}
    path = f"{app.root}/profile-pictures"
    response = app.api.client.post(path, {"files": files}, headers=headers)
    code = "validation_error" if status == 422 else ""
    assert list(differences(response, status=status, code=code)) == []
    return (response.json()["data"] or {}).get("pictures")


def test_a_profile_is_bare_and_has_what_is_known_before_it_is_complete(app, dave):
    profile = profile_of(app)
    assert profile.keys() >= OF_PROFILE
    assert {name: profile[name] for name in KNOWN} == KNOWN
    assert {name: profile[name] for name in EMPTY} == EMPTY
    assert not any(profile[name] for name in ("name", "email", "bio", "location"))
    assert profile["id"] == dave["user_id"]
    assert profile["needs_profile_completion"] is True
    assert TIME(profile["created_at"])
    assert TIME(profile["updated_at"])
    assert "success" not in profile


def test_a_complete_profile_has_the_documented_types(app, customer):
    profile = profile_of(app)
    interests = profile["event_interests"]
    assert {one["id"] for one in interests} == set(PROFILE["event_interests"])
    assert all(one.keys() >= {"id", "name", "description"} for one in interests)
    assert profile["profile_pictures"] == PROFILE["profile_pictures"]
    assert profile["birth_date"] == PROFILE["birth_date"]
    assert (profile["is_verified"], profile["is_active"]) == (True, True)
    assert TIME(profile["updated_at"])


@each("name", list(CHANGES))
def test_each_field_is_changed_alone(app, customer, name):
    before = profile_of(app)
    app.play("PATCH", "/profile", {name: CHANGES[name]})
    after = profile_of(app)
    shown = after[name]
    if name == "event_interests":
        shown = sorted(one["id"] for one in shown)
    assert shown == CHANGES[name]
    others = before.keys() - {name, "updated_at", "avatar"}
    assert {other: after[other] for other in others} == {other: before[other] for other in others}


def test_all_fields_are_changed_at_once_and_none_by_nothing(app, customer):
    app.play("PATCH", "/profile", CHANGES, data={"user_id": customer["user_id"]})
    changed = profile_of(app)
    app.play("PATCH", "/profile", {})
    assert profile_of(app) | {"updated_at": changed["updated_at"]} == changed
    assert changed["avatar"] == CHANGES["avatar"]


def test_pictures_are_added_one_or_several_at_once_and_used(app, dave):
    [first] = upload(app, made.jpeg((320, 240)))
    more = upload(app, made.png((320, 241)), made.jpeg((320, 242)))
    assert len(more) == 2
    urls = [one["url"] for one in (first, *more)]
    assert all(url.startswith("http") for url in urls)
    body = PROFILE | {"profile_pictures": urls}
    app.play("POST", "/complete-profile", body)
    assert profile_of(app)["profile_pictures"] == urls
    assert profile_of(app)["avatar"] == urls[0]


def test_pictures_are_put_in_order_and_removed(app, dave):
    added = upload(app, *(made.jpeg((320, 240 + number)) for number in range(3)))
    ids = [one["id"] for one in added]
    turned = app.play("PUT", "/profile-pictures/order", {"order": ids[::-1]}).json()["data"]
    assert [one["id"] for one in turned] == ids[::-1]
    for wrong in (ids[:2], [*ids, ids[0]], [], "x", None):
        body = {"order": wrong}
        app.play("PUT", "/profile-pictures/order", body, status=422, code="validation_error")
    app.play("DELETE", f"/profile-pictures/{ids[0]}")
    app.play("DELETE", f"/profile-pictures/{ids[0]}", status=404, code="picture_not_found")
    assert [
        str(pk) for pk in Picture.objects.order_by("position").values_list("pk", flat=True)
    ] == [*(ids[2], ids[1])]


def test_pictures_of_somebody_else_are_not_there(app, alice, token_of, dave):
    own = app.token
    app.token = token_of(alice)
    [theirs] = upload(app, made.jpeg())
    app.token = own
    path = f"/profile-pictures/{theirs['id']}"
    app.play("DELETE", path, status=404, code="picture_not_found")
    body = PROFILE | {"profile_pictures": [theirs["url"]]}
    app.play("POST", "/complete-profile", body, status=422, code="validation_error")


def test_no_more_than_six_pictures_are_taken(app, dave):
    upload(app, *(made.jpeg((320, 240 + number)) for number in range(6)))
    upload(app, made.jpeg((320, 260)), status=422)
    assert Picture.objects.count() == 6


def test_what_is_no_form_with_pictures_is_refused(app, dave):
    app.play("POST", "/profile-pictures", {"files": []}, status=415, code="unsupported_media_type")
    upload(app, b"no picture", status=422)
    upload(app, status=422)


def test_an_account_moves_to_another_number(app, customer, alice):
    taken = {"phone_number": ALICE}
    app.play("POST", "/change-phone", taken, status=409, code="phone_taken")
    app.play("POST", "/change-phone", {"phone_number": CAROL}, message=SENT)
    right = app.code_for(CAROL)
    code = {"phone_number": CAROL, "otp_code": f"{(int(right) + 1) % 10**6:06d}"}
    said = "Invalid OTP. 2 attempts remaining"
    app.play("POST", "/verify-change-phone", code, status=400, code="otp_invalid", message=said)
    code["otp_code"] = right
    data = {"user_id": customer["user_id"], "phone_number": CAROL}
    app.token = app.play("POST", "/verify-change-phone", code, data=data, has_token=True).json()[
        "token"
    ]
    assert profile_of(app)["phone_number"] == CAROL
    app.play("POST", "/verify-change-phone", code, status=400, code="otp_not_found")


def test_everything_is_exported_to_its_owner_alone(app, customer, alice):
    answer = app.play("GET", "/export", data={"user": dict, "profile": dict, "sessions": list})
    assert answer.json()["data"]["user"]["phone_number"] == DAVE
    assert answer.json()["data"]["profile"]["name"] == PROFILE["name"]
    assert ALICE not in answer.text


def test_an_account_is_deleted_after_a_fresh_code(app, customer, sms):
    sign_in_code = app.code_for(DAVE)
    for code in ("000000", sign_in_code.ljust(6, "0")):
        app.play("DELETE", "/account", {"otp_code": code}, status=400, code="otp_not_found")
    app.play("DELETE", "/account", {}, status=422, code="validation_error")
    app.play("POST", "/account/delete-code", message=SENT, data={"phone_number": DAVE})
    app.play("DELETE", "/account", {"otp_code": app.code_for(DAVE)})
    app.play("GET", "/profile", status=401, code="invalid_token")
    app.token = None
    assert not User.objects.filter(pk=customer["user_id"], phone_number=DAVE).exists()
    app.play("POST", "/login", {"phone_number": DAVE}, status=404, code="user_not_found")
    app.play("POST", "/signup", {"phone_number": DAVE}, message=SENT)


@each("code", ["", "1097", "12345", "abcdef", "१२३४५६", 123456, None])
def test_only_six_digits_are_a_code_for_more_than_signing_in(app, dave, code):
    invalid = {"status": 422, "code": "validation_error"}
    app.play("DELETE", "/account", {"otp_code": code}, **invalid)
    body = {"phone_number": CAROL, "otp_code": code}
    app.play("POST", "/verify-change-phone", body, **invalid)
