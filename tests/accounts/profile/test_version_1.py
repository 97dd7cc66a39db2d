"""Profiles of version 1: a name, and perhaps more; to all later apps they stay to be completed."""

import pytest

from accounts.models import ProfileDraft, User, UserProfile
from accounts.profile import drafts
from leads.models import Lead, LeadEvent
from leads.models.lead_event import EventKind
from loopin.background import retention
from tests.accounts.conftest import ESHA, PASSWORD
from tests.accounts.pictures import made
from tests.cast import ALICE, BOB, CAROL, PROFILE
from tests.each import each
from tests.steps import send_all

pytestmark = pytest.mark.django_db

URL = "/auth/complete-profile"
PROFILE_URL = "/auth/profile"
NAME = {"phone_number": BOB, "name": "Bob Rao", "email": "bob@example.com"}
MORE = NAME | {"bio": "Sings.", "location": "Pune", "birth_date": "1990-05-15"}
ALL = MORE | {"avatar": "https://example.com/bob.jpg"}
UNKNOWN = {"bio": None, "location": None, "birth_date": None, "avatar": None}


@pytest.fixture
def complete(api, bob, token_of):
    token = token_of(bob)
    return lambda body, path=URL: api.post(path, body, token=token)


@pytest.fixture
def read(api, bob, token_of):
    token = token_of(bob)
    return lambda path=PROFILE_URL: api.get(path, token=token).json()


@each("body", [NAME, MORE, ALL, {"name": "Bob Rao"}, NAME | UNKNOWN])
@pytest.mark.parametrize("path", [URL, f"{URL}/"])
def test_the_bodies_of_version_1_are_taken(complete, read, bob, path, body):
    response = complete(body, path)
    answer = response.json()
    assert (response.status_code, answer["success"], answer["token"]) == (200, True, None)
    assert answer["message"] == "Profile completed successfully"
    email = body.get("email")
    known = {"name": "Bob Rao", "email": email, "phone_number": BOB}
    assert known.items() <= answer["data"].items()
    assert answer["data"]["user_id"] == answer["data"]["profile_id"] == bob.pk
    expected = UNKNOWN | {key: value for key, value in body.items() if value}
    assert expected.items() <= read().items()
    assert "/api/auth/complete-profile" in response.headers["Link"]


def test_the_account_then_logs_in_under_its_name(api, complete, read, sms):
    complete(ALL)
    assert api.post("/auth/login", {"phone_number": BOB}).status_code == 200
    code = {"phone_number": BOB, "otp_code": sms.last_code(BOB)}
    data = api.post("/auth/verify-login", code).json()["data"]
    assert (data["name"], data["email"]) == ("Bob Rao", "bob@example.com")
    assert data["is_verified"] is True


def test_for_later_apps_it_stays_to_be_completed(api, complete, read, sms):
    complete(ALL)
    assert read("/api/auth/profile")["needs_profile_completion"] is True
    assert api.post("/api/auth/signup", {"phone_number": BOB}).status_code == 200
    code = {"phone_number": BOB, "otp_code": sms.last_code(BOB)}
    assert api.post("/api/auth/verify-otp", code).json()["data"]["needs_profile_completion"] is True


def test_completing_it_keeps_what_version_1_knew(complete, read):
    complete(ALL)
    assert complete(PROFILE, "/api/auth/complete-profile").status_code == 200
    profile = read()
    assert (profile["bio"], profile["location"]) == ("Sings.", "Pune")
    assert (profile["name"], profile["email"]) == (PROFILE["name"], "bob@example.com")
    assert profile["needs_profile_completion"] is False
    assert not ProfileDraft.objects.exists()


def test_the_pages_go_on_where_version_1_ended(complete, browser_of, bob, read):
    complete(ALL)
    browser = browser_of(bob)
    page = browser.get("/profile/", follow=True)
    assert b"Bob Rao" in page.content
    send_all(browser)
    assert UserProfile.objects.get(pk=bob.pk).gender == "female"
    assert read()["needs_profile_completion"] is False


def test_whoever_sends_the_whole_profile_completes_it(complete, read):
    assert complete(PROFILE).status_code == 200
    assert read()["needs_profile_completion"] is False


def test_a_complete_profile_only_changes_in_what_is_sent(api, alice, token_of):
    token = token_of(alice)
    before = api.get(PROFILE_URL, token=token).json()
    assert api.post(URL, {"name": "Alice Rao", "bio": "Hm."}, token=token).status_code == 200
    after = api.get(PROFILE_URL, token=token).json()
    changed = {key for key in after if after[key] != before[key]}
    assert changed == {"name", "bio", "updated_at"}


def test_all_broken_rules_are_reported_at_once_and_nothing_is_saved(complete, read):
    broken = {"name": "B", "email": "no", "birth_date": "2099-01-01", "avatar": "ftp://x"}
    response = complete(broken | {"bio": "b" * 501, "location": "l" * 101})
    assert response.status_code == 422
    assert {error["field"] for error in response.json()["errors"]} == {
        *("name", "email", "birth_date", "avatar", "bio", "location")
    }
    assert not ProfileDraft.objects.exists()
    assert complete({"email": "bob@example.com"}).json()["errors"][0]["field"] == "name"
    assert complete(NAME | {"phone_number": CAROL}).status_code == 403
    assert read()["name"] == ""


def test_an_address_that_signs_somebody_else_in_is_taken_and_nothing_is_saved(
    api, complete, read, bob
):
    api.post("/api/users/register/", ESHA)
    bob.set_password(PASSWORD)
    bob.save()
    response = complete(NAME | {"email": ESHA["email"].upper()})
    assert (response.status_code, response.json()["code"]) == (409, "email_taken")
    assert not ProfileDraft.objects.exists()
    assert User.objects.get(pk=bob.pk).email == ""


def test_nobody_without_a_proven_number_completes_it(api):
    token = api.post("/api/users/register/", ESHA).json()["token"]
    response = api.post(URL, {"name": "Esha Rao"}, token=token)
    assert (response.status_code, response.json()["code"]) == (403, "phone_not_verified")
    assert api.post(URL, NAME).status_code == 401


def test_the_avatar_of_somebody_else_is_not_taken(api, complete, alice, token_of):
    files = {"files": [made.file(made.jpeg())]}
    uploaded = api.client.post(
        "/api/auth/profile-pictures",
        files,
        headers={"Authorization": f"Bearer {token_of(alice)}"},
    ).json()["data"]["pictures"][0]["url"]
    response = complete(ALL | {"avatar": uploaded})
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "avatar")


def test_what_version_1_saved_is_never_cleared_as_a_draft(complete, travel):
    complete(NAME)
    ProfileDraft.objects.update(updated_at="2020-01-01T00:00+00:00")
    [kind] = [kind for kind in retention.registered if kind.name == "profile drafts"]
    assert sum(kind.batches()) == 0
    assert ProfileDraft.objects.exists()


def test_its_lead_has_name_and_address_and_stays_open(api, sms):
    api.post("/auth/signup", {"phone_number": CAROL})
    code = {"phone_number": CAROL, "otp_code": sms.last_code(CAROL)}
    token = api.post("/auth/verify-otp", code).json()["token"]
    for name in ("Carol Rao", "Carol Roy"):
        body = {"name": name, "email": "carol@example.com"}
        assert api.post(URL, body, token=token).status_code == 200
    lead = Lead.objects.get(phone_number=CAROL)
    assert (lead.name, lead.email) == ("Carol Roy", "carol@example.com")
    assert lead.verified_at
    assert not lead.converted_at
    steps = LeadEvent.objects.filter(lead=lead, kind=EventKind.PROFILE_STEP)
    assert [step.data for step in steps] == [{"step": drafts.VERSION_1}]
    api.post("/api/auth/complete-profile", PROFILE, token=token)
    lead.refresh_from_db()
    assert lead.converted_at


def test_a_profile_is_readable_before_anything_is_known(api, bob, alice, token_of):
    known = api.get("/api/auth/profile", token=token_of(bob)).json()
    whole = api.get("/api/auth/profile", token=token_of(alice)).json()
    assert known.keys() == whole.keys()
    assert known["name"] == ""
    assert known["event_interests"] == known["profile_pictures"] == []
    empty = {key for key, value in known.items() if value is None}
    assert empty == {"email", "bio", "location", "birth_date", "avatar", "gender"}
    assert (known["id"], known["phone_number"], known["is_verified"]) == (bob.pk, BOB, True)
    assert known["created_at"].endswith("+00:00")
    assert whole["needs_profile_completion"] is False


def test_what_somebody_who_registered_said_is_known(api):
    token = api.post("/api/users/register/", ESHA).json()["token"]
    profile = api.get("/api/auth/profile", token=token).json()
    assert profile["name"] == f"{ESHA['first_name']} {ESHA['last_name']}"
    assert (profile["email"], profile["phone_number"]) == (ESHA["email"], None)
    assert profile["is_verified"] is False


def test_changes_before_completion_are_kept_and_shown(api, bob, token_of, read):
    token = token_of(bob)
    fields = {key: PROFILE[key] for key in ("name", "gender", "birth_date", "event_interests")}
    fields |= {"profile_pictures": PROFILE["profile_pictures"], "email": "bob@example.com"}
    for key, value in fields.items():
        response = api.patch("/api/auth/profile", {key: value}, token=token)
        assert (response.status_code, response.json()["message"]) == (
            200,
            "Profile updated successfully",
        )
    profile = read()
    chosen = [interest["id"] for interest in profile["event_interests"]]
    assert sorted(chosen) == sorted(PROFILE["event_interests"])
    assert profile["profile_pictures"] == PROFILE["profile_pictures"]
    assert {key: profile[key] for key in ("name", "gender", "birth_date", "email")} == {
        key: fields[key] for key in ("name", "gender", "birth_date", "email")
    }
    assert profile["needs_profile_completion"] is True
    assert not UserProfile.objects.exists()
    assert api.patch("/api/auth/profile", {"email": None}, token=token).status_code == 200
    assert read()["email"] is None
    assert api.patch("/api/auth/profile", {"gender": "x"}, token=token).status_code == 422
    assert api.patch("/api/auth/profile", {"phone_number": ALICE}, token=token).status_code == 403
