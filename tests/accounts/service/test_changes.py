"""Who changed: everybody once, and from then on each change at least once."""

import pytest

from accounts.consent import flows as consent
from accounts.models import PersonEvent, SecurityEvent, Session, User
from accounts.models.person_event import RETENTION
from accounts.pictures import gallery
from accounts.privacy import flows as privacy
from accounts.profile import drafts as profile
from accounts.service.changes import LIFETIME, PAGE_SIZE
from interests.models import EventInterest
from leads.models import Lead
from loopin.sql import execute
from tests.cast import ALICE, DAVE
from tests.each import each

pytestmark = pytest.mark.django_db(transaction=True)

CHANGES = "/api/service/users/changes"
MANY = """
INSERT INTO accounts_user (username, phone_number, password, is_verified)
SELECT number, number, '!', TRUE
FROM (SELECT '+9198' || lpad(i::text, 8, '0') AS number FROM generate_series(1, %s) AS i) AS made
"""


@pytest.fixture
def changes(api, key_of):
    """`changes(after)`: the data of one answer."""
    key = key_of("users:read")

    def read(after=""):
        response = api.get(CHANGES, query_params={"after": after} if after else {}, token=key)
        assert response.status_code == 200, response.content
        return response.json()["data"]

    return read


@pytest.fixture
def read_all(changes):
    """`read_all(after)`: the ids of all that changed, and the cursor behind it."""

    def read(after=""):
        users, deleted = [], []
        while True:
            page = changes(after)
            users += [user["id"] for user in page["users"]]
            deleted += [user["id"] for user in page["deleted"]]
            after = page["next"]
            if not page["has_more"]:
                return users, deleted, after

    return read


def test_everybody_comes_once_in_pages_of_a_hundred(changes, read_all, staff, alice, bob):
    execute(MANY, [PAGE_SIZE + 50])
    first = changes()
    assert len(first["users"]) == PAGE_SIZE
    assert first["has_more"]
    users, deleted, after = read_all()
    known = User.objects.filter(is_verified=True).order_by("pk").values_list("pk", flat=True)
    assert users == list(known)
    assert len(users) == PAGE_SIZE + 52
    assert deleted == []
    assert read_all(after) == ([], [], changes(after)["next"])


def test_who_comes_or_changes_during_the_list_is_not_left_out(changes, alice, bob):
    execute(MANY, [PAGE_SIZE])
    first = changes()
    User.objects.get_or_create_verified(DAVE)
    profile.change(alice.pk, {"location": "Pune"})
    privacy.forget(bob.pk)
    second = changes(first["next"])
    third = changes(second["next"])
    assert User.objects.get(phone_number=DAVE).pk in {
        user["id"] for page in (second, third) for user in page["users"]
    }
    assert "Pune" in {user["location"] for user in third["users"]}
    assert bob.pk in {user["id"] for user in third["deleted"]}
    assert not third["has_more"]


def complete(user):
    profile.change(user.pk, {"name": "Alice Rao"})


def move(user):
    user.move_to(DAVE)


def write_email(user):
    user.change_email("new@example.com")
    user.save()


def deactivate(user):
    User.objects.filter(pk=user.pk).update(is_active=False)


def agree(user):
    consent.change(user.pk, ALICE, contact_consent=True)


def refuse(user):
    consent.change(user.pk, ALICE, contact_consent=False)


def choose_other_interests(user):
    user.profile.event_interests.set(EventInterest.objects.filter(pk__in=[2, 5]))


def change_picture(user):
    gallery.discard_all(user.pk)


def prove_email(user):
    User.objects.filter(pk=user.pk).update(is_email_verified=True)


CAUSES = {
    cause.__name__: cause
    for cause in (
        *(complete, move, write_email, deactivate, agree, refuse, choose_other_interests),
        *(change_picture, prove_email),
    )
}


@pytest.mark.parametrize("cause", CAUSES.values(), ids=CAUSES)
def test_whatever_is_told_of_a_person_is_told_when_it_changes(changes, read_all, alice, cause):
    [before] = changes()["users"]
    _, _, after = read_all()
    cause(User.objects.get(pk=alice.pk))
    page = changes(after)
    [told] = page["users"]
    assert {key for key in told if told[key] != before[key]} - {"updated_at"}
    assert changes(page["next"])["users"] == []


def test_every_field_has_a_cause_that_is_tried(changes, read_all, alice):
    """A field that is added to the answer needs a change that is followed."""
    [before] = changes()["users"]
    changed = set()
    for cause in CAUSES.values():
        cause(User.objects.get(pk=alice.pk))
        [now] = changes()["users"]
        changed |= {key for key in now if now[key] != before[key]}
        before = now
    never = {"id", "is_verified", "needs_profile_completion", "created_at", "location"}
    assert before.keys() - changed == never


def test_a_deleted_person_is_an_id_and_a_time(changes, read_all, alice, bob):
    _, _, after = read_all()
    privacy.forget(alice.pk)
    page = changes(after)
    assert page["users"] == []
    [deleted] = page["deleted"]
    assert deleted.keys() == {"id", "deleted_at"}
    assert deleted["id"] == alice.pk
    assert alice.pk not in read_all()[0]


def test_a_device_that_signs_out_is_no_change(read_all, alice):
    session_id = Session.objects.start(alice.pk)
    _, _, after = read_all()
    Session.objects.filter(pk=session_id).revoke()
    assert PersonEvent.objects.filter(kind="session.revoked").exists()
    assert read_all(after)[0] == []


def test_somebody_who_changes_often_comes_once_in_an_answer(changes, read_all, alice):
    _, _, after = read_all()
    for place in ("Pune", "Goa", "Delhi"):
        profile.change(alice.pk, {"location": place})
    [told] = changes(after)["users"]
    assert told["location"] == "Delhi"


def test_each_answer_with_people_is_written_down(read_all, alice, bob):
    _, _, after = read_all()
    read_all(after)
    lines = SecurityEvent.objects.filter(kind="service_read_people")
    assert [line.data["users"] for line in lines] == [[alice.pk, bob.pk]]
    assert [line.data["way"] for line in lines] == ["changes"]


@each("wrong", ["garbage", "0", "1-2", "1-2-3-4-5", "-1-2-3", "1-2-x", "٣-٣-٣", "1-" + "9" * 30])
def test_what_is_no_cursor_is_refused(api, key_of, wrong):
    response = api.get(CHANGES, query_params={"after": wrong}, token=key_of("users:read"))
    assert response.status_code == 422
    [error] = response.json()["errors"]
    assert (error["field"], error["code"]) == ("after", "invalid")


def test_a_parameter_that_is_not_there_is_refused(api, key_of):
    response = api.get(CHANGES, query_params={"since": "1"}, token=key_of("users:read"))
    [error] = response.json()["errors"]
    assert (response.status_code, error["field"], error["code"]) == (
        *(422, "since"),
        "unknown_parameter",
    )


def test_a_cursor_ends_before_the_events_behind_it_do(api, key_of, read_all, alice):
    assert LIFETIME < RETENTION
    _, _, after = read_all()
    mark, event_id, written_at = after.split("-")
    for old in (
        f"{mark}-{event_id}-{int(written_at) - LIFETIME.total_seconds() - 60:.0f}",
        f"{mark}-{int(event_id) + 10**6}-{written_at}",
        f"{10**18}-{event_id}-{written_at}",  # of 1.0, on another server
    ):
        response = api.get(CHANGES, query_params={"after": old}, token=key_of("users:read"))
        assert (response.status_code, response.json()["code"]) == (410, "cursor_expired")


def test_a_lead_of_nobody_changes_nobody(read_all, alice, carol):
    _, _, after = read_all()
    Lead.objects.filter(phone_number=carol).update(name="Carol")
    assert read_all(after)[0] == []
