"""The table of the profile's fields: what each rule takes and refuses, when a profile is completed
and when parts of it are changed."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from accounts.models import UserProfile
from interests.models import EventInterest
from tests.cast import CAROL, DAVE
from tests.contract.played import App
from tests.each import each

PICTURE = "https://example.com/1.jpg"
WHOLE = {
    "name": "Asha Rao",
    "birth_date": "1998-04-23",
    "gender": "female",
    "event_interests": [1, 3],
    "profile_pictures": [PICTURE],
}
SECRET = "Zyxwvu98"
"""A part of what is refused, which no answer repeats."""


def of_age(years):
    """A birth date that is a few days more than so many years ago."""
    return (localdate() - timedelta(days=years * 366)).isoformat()


def pictures(count):
    return [f"https://example.com/{number}.jpg" for number in range(count)]


def url(length):
    return "https://example.com/".ljust(length, "x")


GOOD = {
    "name": [
        *("Asha", "Ada", "a" * 100, "Zoë Ångström", "असिता देवी", "李小龍", "Mary-Jane O'Neil"),
        *("A. P. J. Abdul", "Md. Rahim", "முருகன்"),
    ],
    "birth_date": ["1900-01-01", "1998-02-28", "2000-02-29", of_age(18)],
    "gender": ["male", "female", "other", "MALE", "Female", "oTHER"],
    "event_interests": [[1], [10], [5, 4, 3, 2, 1], [6, 7, 8, 9, 10]],
    "profile_pictures": [pictures(1), pictures(6), ["http://example.com/a.png"], [url(2048)]],
    "email": ["asha@example.com", "a.b+c@sub.example.co.in", None, ""],
    "bio": ["", "Sings.", "ब" * 500, "Two\nlines", None],
    "location": ["", "Pune", "p" * 100, None],
    "avatar": ["https://example.com/avatar.jpg", url(2048), None],
    "phone_number": [DAVE, "+91 99001 12233", "00919900112233", None],
}
BAD = {
    "name": [
        *("", "  ", "Al", "a" * 101, f"{SECRET}", "Asha_Rao", ". Rao", "Asha..Rao", "<b>Asha</b>"),
        *("123", "---", 5, True, ["Asha"], None, "Asha\0Rao", "Asha 🎉"),
    ],
    "birth_date": [
        *("", "1899-12-31", "1998-02-30", "23-04-1998", "1998-4-23", "1998-04-23T00:00:00"),
        *("2999-01-01", f"{SECRET}", 19980423, True, None, [1998, 4, 23], "1998/04/23"),
        (localdate() - timedelta(days=18 * 365)).isoformat(),
    ],
    "gender": ["", "m", "f", "none", SECRET, 1, None, ["male"]],
    "event_interests": [
        *([], [1, 2, 3, 4, 5, 6], [1, 1], [99], [0], [-1], ["1"], [1.5], [None], [True], "1", None),
        *({"id": 1}, [2**70]),
    ],
    "profile_pictures": [
        *([], pictures(7), [PICTURE, PICTURE], ["ftp://example.com/1.jpg"], ["/1.jpg"], [""]),
        *(["javascript:alert(1)"], [f"{SECRET}"], [1], PICTURE, None, [url(2049)], [None]),
    ],
    "email": ["no", "a@", "@a.example.org", f"{SECRET}@", "a b@example.com", 5, ["a@example.com"]],
    "bio": ["b" * 501, 5, ["Sings."], "Sings\0"],
    "location": ["p" * 101, 5, {"city": "Pune"}],
    "avatar": ["ftp://example.com/a.jpg", SECRET, url(2049), 5],
    "phone_number": ["", "12", SECRET, "+91" + "9" * 20, 5],
}
ROWS_GOOD = [(field, value) for field, values in GOOD.items() for value in values]
ROWS_BAD = [(field, value) for field, values in BAD.items() for value in values]
REQUIRED = ["name", "birth_date", "gender", "event_interests", "profile_pictures"]
INVALID = {"status": 422, "code": "validation_error"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def app(sms):
    app = App(sms)
    app.sign_in(DAVE)
    return app


def profile_of(app):
    profile = app.api.get("/api/auth/profile", token=app.token).json()
    return {name: value for name, value in profile.items() if name != "updated_at"}


def broken(answer):
    errors = answer.json()["errors"]
    for error in errors:
        assert error.keys() >= {"field", "code", "message"}
        assert all(isinstance(error[name], str) and error[name] for name in error)
    return {error["field"] for error in errors}


def refused(app, method, path, body):
    """The fields that are refused; the answer repeats nothing, and nothing is saved."""
    before = profile_of(app)
    answer = app.play(method, path, body, **INVALID)
    assert SECRET not in answer.text
    assert profile_of(app) == before
    return broken(answer)


@each("field, value", ROWS_GOOD)
def test_a_profile_is_completed_with_what_the_table_allows(app, field, value):
    app.play("POST", "/complete-profile", WHOLE | {field: value})
    assert profile_of(app)["needs_profile_completion"] is False


@each("field, value", ROWS_GOOD)
def test_a_profile_is_changed_to_what_the_table_allows(app, field, value):
    app.play("POST", "/complete-profile", WHOLE)
    app.play("PATCH", "/profile", {field: value})


@each("field, value", ROWS_BAD)
def test_a_profile_is_not_completed_with_what_the_table_refuses(app, field, value):
    assert refused(app, "POST", "/complete-profile", WHOLE | {field: value}) == {field}
    assert not UserProfile.objects.exists()


@each("field, value", ROWS_BAD)
def test_a_profile_is_not_changed_to_what_the_table_refuses(app, field, value):
    app.play("POST", "/complete-profile", WHOLE)
    other = {"location": "Agra"} if field != "location" else {"bio": "Runs."}
    assert refused(app, "PATCH", "/profile", other | {field: value}) == {field}


@each("field", REQUIRED)
def test_a_required_field_is_required(app, field):
    body = {name: value for name, value in WHOLE.items() if name != field}
    assert refused(app, "POST", "/complete-profile", body) == {field}


def test_every_broken_rule_is_reported_at_once_and_nothing_is_saved(app):
    body = {field: values[-1] for field, values in BAD.items()}
    assert refused(app, "POST", "/complete-profile", body) == body.keys()
    assert refused(app, "POST", "/complete-profile", {}) == set(REQUIRED)
    app.play("POST", "/complete-profile", WHOLE)
    assert refused(app, "PATCH", "/profile", body) == body.keys()


@each("method, path", [("POST", "/complete-profile"), ("PATCH", "/profile")])
@each("root", ["/api/auth", "/auth"])
def test_the_number_of_somebody_else_is_forbidden(app, root, method, path):
    app.root = root
    before = profile_of(app)
    body = WHOLE | {"phone_number": CAROL}
    answer = app.play(method, path, body, status=403, code="phone_mismatch")
    assert CAROL not in answer.text
    assert profile_of(app) == before


def test_an_interest_that_is_not_active_is_refused_and_not_listed(app):
    EventInterest.objects.filter(pk=3).update(is_active=False)
    assert refused(app, "POST", "/complete-profile", WHOLE) == {"event_interests"}
    listed = app.play("GET", "/event-interests").json()["data"]
    assert 3 not in [one["id"] for one in listed]


def test_the_avatar_is_the_first_picture_unless_another_is_given(app):
    two = WHOLE | {"profile_pictures": pictures(2)}
    app.play("POST", "/complete-profile", two)
    assert profile_of(app)["avatar"] == pictures(2)[0]
    app.play("POST", "/complete-profile", two | {"avatar": "https://example.com/avatar.jpg"})
    assert profile_of(app)["avatar"] == "https://example.com/avatar.jpg"


@each("value, is_taken", {"two letters": ("Al", True), "one letter": ("A", False)})
def test_a_name_may_be_as_short_as_configured(app, settings, value, is_taken):
    settings.NAME_MIN_LENGTH = 2
    documented = {} if is_taken else INVALID
    app.play("POST", "/complete-profile", WHOLE | {"name": value}, **documented)


@each("years, is_taken", {"sixteen": (16, True), "fifteen": (15, False)})
def test_people_may_be_as_young_as_configured(app, settings, years, is_taken):
    settings.MINIMUM_AGE = 16
    body = WHOLE | {"birth_date": of_age(years)}
    answer = app.play("POST", "/complete-profile", body, **({} if is_taken else INVALID))
    if not is_taken:
        assert [error["code"] for error in answer.json()["errors"]] == ["under_age"]


@each("name, is_taken", [("A. P. J. Abdul", False), ("Md. Rahim", False), ("Asha Rao", True)])
def test_names_have_full_stops_only_where_they_are_configured(app, settings, name, is_taken):
    settings.NAME_FULL_STOPS = False
    documented = {} if is_taken else INVALID
    app.play("POST", "/complete-profile", WHOLE | {"name": name}, **documented)
