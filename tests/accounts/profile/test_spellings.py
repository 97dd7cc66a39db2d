"""Names, addresses and texts have one spelling, whichever door they come through."""

import pytest

from accounts.models import User, UserProfile
from tests.cast import PROFILE
from tests.each import each
from tests.spellings import EMAILS, NAMES, NO_EMAILS, TEXTS
from tests.steps import STEPS


@pytest.fixture
def doors(api, alice, token_of, browser_of):
    """`doors[name](**fields)`: save some fields of Alice's profile through this door."""
    token, browser = token_of(alice), browser_of(alice)

    def edit(**fields):
        for section in ("about", "more"):
            if fields.keys() & STEPS[section].keys():
                browser.post(f"/profile/edit/{section}/", STEPS[section] | fields)

    return {
        "complete": lambda **fields: api.post(
            "/api/auth/complete-profile", PROFILE | fields, token=token
        ),
        "complete of version 1": lambda **fields: api.post(
            "/auth/complete-profile", PROFILE | fields, token=token
        ),
        "patch": lambda **fields: api.patch("/api/auth/profile", fields, token=token),
        "page": edit,
    }


DOORS = ["complete", "complete of version 1", "patch", "page"]


@pytest.mark.parametrize("door", DOORS)
@each("typed, kept", list(NAMES.items()))
def test_a_name_has_one_spelling(doors, alice, door, typed, kept):
    doors[door](name=typed)
    assert UserProfile.objects.get(pk=alice.pk).name == kept


@pytest.mark.parametrize("door", DOORS)
@each("typed, kept", list(EMAILS.items()))
def test_an_address_has_one_spelling(doors, alice, door, typed, kept):
    doors[door](email=typed)
    assert User.objects.get(pk=alice.pk).email == kept


@pytest.mark.parametrize("door", DOORS)
@each("typed", NO_EMAILS)
def test_what_no_mail_server_takes_is_saved_nowhere(doors, alice, door, typed):
    doors[door](email=typed)
    assert User.objects.get(pk=alice.pk).email == ""


MARKED = [
    ("birth_date", "\u200e१९९८-०४-२४\u202c", "1998-04-24"),
    ("gender", " \u202aOther\u202c", "other"),
    ("avatar", "https://cdn.example.com/\u200ba.jpg\u202c ", "https://cdn.example.com/a.jpg"),
]


@pytest.mark.parametrize("door", ["complete", "patch"])
@each("field, typed, kept", MARKED)
def test_dates_words_and_links_lose_the_marks_that_come_with_them(
    doors, alice, door, field, typed, kept
):
    doors[door](**{field: typed})
    assert str(UserProfile.objects.as_json(alice.pk)[field]) == kept


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("field", ["location", "bio"])
@each("typed, kept", list(TEXTS.items()))
def test_a_text_has_one_spelling(doors, alice, door, field, typed, kept):
    doors[door](**{field: typed})
    assert getattr(UserProfile.objects.get(pk=alice.pk), field) == kept
