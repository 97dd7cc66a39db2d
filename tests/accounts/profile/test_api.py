"""Completing, reading and changing a profile through the API."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User, UserProfile
from interests.models import EventInterest
from tests.cast import ALICE, BOB, CAROL, PROFILE
from tests.each import each

URL = "/api/auth/complete-profile"


@pytest.fixture
def complete(api, bob, token_of):
    """`complete(name=…)`: the answer to Bob's profile with these changes."""
    token = token_of(bob)

    def send(**changes):
        fields = {k: v for k, v in (PROFILE | changes).items() if v is not ...}
        return api.post(URL, fields, token=token)

    return send


def errors_of(response):
    assert response.status_code == 422, response.content
    assert response.json()["code"] == "validation_error"
    assert not UserProfile.objects.exists()
    return {(error["field"], error["code"]) for error in response.json()["errors"]}


def test_completing_a_profile_saves_and_answers_it(complete, bob):
    response = complete(email="bob@example.com", bio="Hello\nthere", location="Pune")
    body = response.json()
    assert response.status_code == 200
    assert body["message"] == "Profile completed successfully"
    assert body["token"] is None
    documented = {
        "user_id": bob.pk,
        "profile_id": bob.pk,
        "name": "Alice D'Souza",
        "email": "bob@example.com",
        "phone_number": BOB,
    }
    assert documented.items() <= body["data"].items()


def test_reading_the_profile_is_bare(api, alice, token_of):
    response = api.get("/api/auth/profile", token=token_of(alice))
    body = response.json()
    assert response.status_code == 200
    assert set(body) == {
        *("id", "name", "email", "phone_number", "bio", "location", "birth_date", "avatar"),
        *("gender", "event_interests", "profile_pictures", "is_verified", "is_active"),
        *("created_at", "updated_at", "needs_profile_completion"),
    }
    assert body["id"] == alice.pk
    assert body["phone_number"] == ALICE
    assert body["birth_date"] == "1998-04-23"
    assert body["avatar"] == PROFILE["profile_pictures"][0]
    assert body["email"] is None
    assert [set(interest) for interest in body["event_interests"]] == [
        {"id", "name", "description"}
    ] * 2
    assert sorted(interest["id"] for interest in body["event_interests"]) == [1, 3]
    assert body["is_verified"] is body["is_active"] is True
    assert body["created_at"].endswith("+00:00")
    assert datetime.fromisoformat(body["created_at"])


def test_all_broken_rules_are_reported_at_once(complete):
    response = complete(
        name="x",
        birth_date="2099-01-01",
        gender="none",
        event_interests=[1, 1],
        profile_pictures=[],
        email="no",
        bio="b" * 501,
        location="l" * 101,
        avatar="ftp://x",
        phone_number="12",
    )
    assert errors_of(response) == {
        ("name", "too_short"),
        ("birth_date", "in_future"),
        ("gender", "invalid_choice"),
        ("event_interests", "duplicate"),
        ("profile_pictures", "required"),
        ("email", "invalid"),
        ("bio", "too_long"),
        ("location", "too_long"),
        ("avatar", "invalid"),
        ("phone_number", "too_short"),
    }


def test_missing_fields_are_reported_at_once(api, bob, token_of):
    response = api.post(URL, {}, token=token_of(bob))
    required = ("name", "birth_date", "gender", "event_interests", "profile_pictures")
    assert errors_of(response) == {(field, "required") for field in required}


def test_submitted_values_are_never_echoed(complete):
    response = complete(name="<script>evil", email="secret-value", bio="b" * 501)
    assert b"evil" not in response.content
    assert b"secret-value" not in response.content


def years_ago(years: int, days: int = 0) -> str:
    today = datetime.now(ZoneInfo("Asia/Kolkata")).date() + timedelta(days=days)
    return today.replace(year=today.year - years).isoformat()


@each(
    "field, value, code",
    [
        ("name", "Al", "too_short"),
        ("name", "a" * 101, "too_long"),
        ("name", "R2 D2", "invalid_characters"),
        ("name", "Alice <b>", "invalid_characters"),
        ("name", "---", "invalid_characters"),
        ("name", "Ali\x00ce", "invalid_characters"),
        ("name", None, "invalid_type"),
        ("name", 5, "invalid_type"),
        ("birth_date", "23-04-1998", "invalid"),
        ("birth_date", "19980423", "invalid"),
        ("birth_date", "1998-02-30", "invalid"),
        ("birth_date", "1899-12-31", "too_early"),
        ("birth_date", 19980423, "invalid"),
        ("birth_date", years_ago(18, days=1), "under_age"),
        ("gender", "robot", "invalid_choice"),
        ("event_interests", [], "required"),
        ("event_interests", [1, 2, 3, 4, 5, 6], "too_many"),
        ("event_interests", [1, 99], "invalid_choice"),
        ("event_interests", [2**63 - 1], "invalid_choice"),
        ("event_interests", [10**30], "invalid_type"),
        ("event_interests", ["1"], "invalid_type"),
        ("event_interests", [True], "invalid_type"),
        ("event_interests", 1, "invalid_type"),
        ("profile_pictures", ["https://e.com/1"] * 2, "duplicate"),
        ("profile_pictures", [f"https://e.com/{n}" for n in range(7)], "too_many"),
        ("profile_pictures", ["javascript:alert(1)"], "invalid"),
        ("profile_pictures", ["https://e.com/\x00"], "invalid"),
        ("profile_pictures", ["https://e.com/" + "a" * 2048], "too_long"),
        ("profile_pictures", "https://e.com/1", "invalid_type"),
        ("email", "a@b", "invalid"),
        ("email", "a" * 250 + "@example.com", "too_long"),
        ("bio", "nul\x00", "invalid_characters"),
    ],
)
def test_a_broken_rule_is_named(complete, field, value, code):
    assert (field, code) in errors_of(complete(**{field: value}))


@each(
    "field, value",
    [
        ("name", "Zoë"),
        ("name", "अनुष्का शर्मा"),
        ("name", "O’Neill-Smith"),
        ("name", "ശ്രീ"),
        ("name", "a" * 100),
        ("birth_date", years_ago(18)),
        ("birth_date", "1900-01-01"),
        ("gender", "FEMALE"),
        ("event_interests", [1, 2, 3, 4, 5]),
        ("profile_pictures", [f"http://e.com/{n}.jpg" for n in range(6)]),
        ("profile_pictures", ["https://e.com/" + "a" * (2048 - len("https://e.com/"))]),
        ("email", None),
        ("email", ...),
        ("avatar", "https://e.com/me.jpg"),
        ("phone_number", "919876543210"),
        ("bio", "b" * 500),
    ],
)
def test_a_value_within_the_rules_is_taken(complete, field, value):
    assert complete(**{field: value}).status_code == 200


def test_another_number_than_the_token_s_is_refused(complete):
    response = complete(phone_number=CAROL)
    assert response.status_code == 403
    assert response.json()["code"] == "phone_mismatch"
    assert not UserProfile.objects.exists()


def test_inactive_interests_cannot_be_chosen(complete):
    EventInterest.objects.filter(pk=3).update(is_active=False)
    assert errors_of(complete()) == {("event_interests", "invalid_choice")}


def test_name_and_age_limits_are_settings(complete, settings):
    settings.NAME_MIN_LENGTH = 2
    settings.MINIMUM_AGE = 16
    assert complete(name="Al", birth_date=years_ago(16)).status_code == 200


def test_completing_again_replaces_the_profile(api, alice, token_of):
    again = PROFILE | {"name": "Alice Rao", "event_interests": [5]}
    assert api.post(URL, again, token=token_of(alice)).status_code == 200
    body = api.get("/api/auth/profile", token=token_of(alice)).json()
    assert body["name"] == "Alice Rao"
    assert [interest["id"] for interest in body["event_interests"]] == [5]
    assert UserProfile.objects.count() == 1


@each(
    "change, shown",
    [
        ({"bio": "Sings"}, {"bio": "Sings", "name": "Alice D'Souza"}),
        ({"bio": None}, {"bio": None}),
        ({"email": "a@example.com"}, {"email": "a@example.com"}),
        ({"event_interests": [7]}, {}),
        ({"profile_pictures": ["https://e.com/2"]}, {"avatar": "https://e.com/2"}),
        ({"avatar": "https://e.com/me"}, {"avatar": "https://e.com/me"}),
        ({}, {"name": "Alice D'Souza"}),
    ],
)
def test_patch_changes_what_is_sent_and_nothing_else(api, alice, token_of, change, shown):
    token = token_of(alice)
    before = api.get("/api/auth/profile", token=token).json()
    response = api.patch("/api/auth/profile", change, token=token)
    assert response.status_code == 200
    assert response.json()["message"] == "Profile updated successfully"
    after = api.get("/api/auth/profile", token=token).json()
    assert shown.items() <= after.items()
    untouched = set(before) - set(change) - {"updated_at", "avatar"}
    assert {name: before[name] for name in untouched} == {name: after[name] for name in untouched}


@pytest.mark.parametrize("change", [{"name": None}, {"name": "x"}, {"event_interests": []}])
def test_patch_follows_the_same_rules(api, alice, token_of, change):
    response = api.patch("/api/auth/profile", change, token=token_of(alice))
    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == list(change)


def test_patch_cannot_change_the_number(api, alice, token_of):
    response = api.patch("/api/auth/profile", {"phone_number": CAROL}, token=token_of(alice))
    assert response.status_code == 403
    assert User.objects.get(pk=alice.pk).phone_number == ALICE


def test_nothing_is_saved_when_the_last_step_fails(api, bob, token_of, django_assert_num_queries):
    """A profile and its interests are one transaction: a failing constraint leaves neither."""
    from django.db import IntegrityError

    from accounts.profile import flows as profile

    with pytest.raises(IntegrityError):
        profile.complete(bob.pk, PROFILE | {"name": ""})
