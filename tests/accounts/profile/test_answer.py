"""What GET /profile answers at every stage of a profile, byte by byte as far as it is ours."""

import re
from datetime import datetime

import orjson
import pytest

from accounts.models import ProfileDraft, User, UserProfile
from interests.models import EventInterest
from tests.cast import BOB, PROFILE

URL = "/api/auth/profile"
FIELDS = [
    *("id", "name", "email", "phone_number", "bio", "location", "birth_date", "avatar", "gender"),
    *("event_interests", "profile_pictures", "is_verified", "is_active"),
    *("needs_profile_completion", "created_at", "updated_at"),
]
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00", re.ASCII)
UNKNOWN = {
    **dict.fromkeys(("name", "email", "bio", "location", "birth_date", "avatar", "gender")),
    "event_interests": [],
    "profile_pictures": [],
    "needs_profile_completion": True,
}


@pytest.fixture
def read(api, bob, token_of):
    """`read()`: the answer, but for what is the same at every stage."""
    token = token_of(bob)

    def profile(**headers):
        response = api.get(URL, token=token, headers=headers)
        assert response["Content-Length"] == str(len(response.content))
        answer = orjson.loads(response.content)
        assert list(answer) == FIELDS
        same = {"id": bob.pk, "phone_number": BOB, "is_verified": True, "is_active": True}
        assert same.items() <= answer.items()
        times = answer.pop("created_at"), answer.pop("updated_at")
        assert all(TIME.fullmatch(written) for written in times), times
        return {name: answer[name] for name in answer if name not in same}, *map(
            datetime.fromisoformat, times
        )

    return profile


def interest(pk):
    return EventInterest.objects.filter(pk=pk).values("id", "name", "description").get()


def test_of_somebody_who_just_verified(read, bob):
    answer, created_at, updated_at = read()
    assert answer == UNKNOWN | {"name": ""}
    assert (created_at, updated_at) == (bob.date_joined, bob.updated_at)


def test_of_a_profile_that_is_begun(read, bob):
    User.objects.filter(pk=bob.pk).update(first_name="Bob", last_name="Rao", email="b@example.com")
    assert read()[0] == UNKNOWN | {"name": "Bob Rao", "email": "b@example.com"}
    draft = ProfileDraft.objects.create(
        user=bob, answers={"name": "Bobby", "bio": "", "gender": "male", "event_interests": [3]}
    )
    known = {"name": "Bobby", "email": "b@example.com", "gender": "male"}
    answer, created_at, updated_at = read()
    assert answer == UNKNOWN | known | {"event_interests": [interest(3)]}
    assert (created_at, updated_at) == (bob.date_joined, draft.updated_at)


def test_of_a_complete_profile(api, read, bob, token_of):
    said = {"email": "b@example.com", "bio": 'Says "hello",\n\\ नमस्ते 🎉', "location": "Pune"}
    assert api.patch(URL, {"bio": "Before."}, token=token_of(bob)).status_code == 200
    completed = api.post("/api/auth/complete-profile", PROFILE | said, token=token_of(bob))
    assert completed.status_code == 200, completed.content
    answer, created_at, updated_at = read()
    assert answer == PROFILE | said | {
        "avatar": PROFILE["profile_pictures"][0],
        "event_interests": [interest(3), interest(1)],
        "needs_profile_completion": False,
    }
    profile = UserProfile.objects.get(pk=bob.pk)
    assert (created_at, updated_at) == (profile.created_at, profile.updated_at)
    assert answer.items() <= completed.json()["data"].items()


def test_of_a_complete_profile_without_what_is_optional(api, read, bob, token_of):
    api.post("/api/auth/complete-profile", PROFILE, token=token_of(bob))
    assert (
        UNKNOWN
        | PROFILE
        | {
            "avatar": PROFILE["profile_pictures"][0],
            "event_interests": [interest(3), interest(1)],
            "needs_profile_completion": False,
        }
        == read()[0]
    )


def test_in_another_language_the_interests_alone_differ(api, alice, token_of):
    token = token_of(alice)
    english, hindi = (
        api.get(URL, token=token, headers={"Accept-Language": language}).json()
        for language in ("en", "hi")
    )
    assert [one["id"] for one in english.pop("event_interests")] == [3, 1]
    assert hindi.pop("event_interests")[1]["name"] == "संगीत और कॉन्सर्ट"
    assert english == hindi
