"""What services learn of people: by id, by number and in batches, each time written down."""

import pytest
from django.utils import timezone

from accounts import limits
from accounts.consent import flows as consent
from accounts.models import RateCounter, SecurityEvent, ServiceAccount, ServiceAccountKey, User
from accounts.privacy import flows as privacy
from leads.models import Lead
from loopin.logs.redaction import masked
from tests.cast import ALICE, BOB, DAVE, PROFILE
from tests.each import each

pytestmark = pytest.mark.django_db

USERS = "/api/service/users"


@pytest.fixture
def ask(api, key_of):
    """`ask("GET", "/4")`: status, and the code or the data."""
    key = key_of("users:read")

    def call(method, path, body=None):
        response = api.request(method, USERS + path, body, token=key)
        answer = response.json()
        return response.status_code, answer.get("code") or answer["data"]

    return call


def readings():
    """What was written down of the reading, without the key."""
    lines = SecurityEvent.objects.filter(kind="service_read_people").order_by("pk")
    key_id = ServiceAccountKey.objects.get().pk
    assert {line.user_id for line in lines} <= {ServiceAccount.objects.get().pk}
    assert {line.data["key"] for line in lines} <= {key_id}
    return [(line.data["way"], line.data["users"], line.recipient_hash) for line in lines]


def test_a_person_is_read_by_their_id(ask, alice):
    alice.change_email("alice@example.com")
    alice.save()
    consent.change(alice.pk, ALICE, contact_consent=True)
    status, told = ask("GET", f"/{alice.pk}")
    assert status == 200
    agreed_at = Lead.objects.get(user=alice).consent_at.isoformat()
    assert told | {"created_at": None, "updated_at": None} == {
        "id": alice.pk,
        "phone_number": ALICE,
        "is_verified": True,
        "is_active": True,
        "name": PROFILE["name"],
        "email": "alice@example.com",
        "is_email_verified": False,
        "needs_profile_completion": False,
        "location": None,
        "avatar": PROFILE["profile_pictures"][0],
        "event_interests": [1, 3],
        "contact_consent": True,
        "contact_consent_at": agreed_at,
        "may_be_contacted": True,
        "created_at": None,
        "updated_at": None,
    }
    assert readings() == [("id", [alice.pk], "")]


def test_who_has_not_completed_the_profile_is_known_by_the_number(ask, bob):
    _, told = ask("GET", f"/{bob.pk}")
    assert told["phone_number"] == BOB
    assert told["needs_profile_completion"] is True
    assert (told["name"], told["avatar"], told["event_interests"]) == (None, None, [])
    assert (told["contact_consent"], told["may_be_contacted"]) == (None, False)


def test_who_said_no_is_told_since_when(ask, alice):
    consent.change(alice.pk, ALICE, contact_consent=False)
    _, told = ask("GET", f"/{alice.pk}")
    assert (told["contact_consent"], told["may_be_contacted"]) == (False, False)
    assert told["contact_consent_at"] == Lead.objects.get(user=alice).refused_at.isoformat()


def test_who_is_deactivated_is_told_so(ask, alice):
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert ask("GET", f"/{alice.pk}")[1]["is_active"] is False


def test_nobody_else_has_an_id(ask, staff, manager, esha):
    """Staff, services and who has proven no number answer like an id that nobody has."""
    others = [staff.pk, manager.pk, ServiceAccount.objects.get().pk]
    others.append(User.objects.get(email="esha@example.com").pk)
    for user_id in [*others, 999_999, 0, 10**17]:
        assert ask("GET", f"/{user_id}") == (404, "user_unknown")
    assert ask("POST", "/batch", {"ids": others}) == (
        200,
        {"users": [], "deleted": [], "missing": sorted(others)},
    )
    assert readings() == []


@each("path", ["/-1", "/abc", "/1/2", "/%2B916205829376", f"/{10**30}", "/", "/batch", "/lookup"])
def test_what_cannot_be_an_id_is_not_found(ask, path):
    status, _ = ask("GET", path)
    assert status in (404, 405)


def test_who_was_deleted_is_gone(ask, alice):
    privacy.forget(alice.pk)
    assert ask("GET", f"/{alice.pk}") == (410, "user_deleted")
    assert ask("POST", "/lookup", {"phone_number": ALICE}) == (404, "user_unknown")
    _, told = ask("POST", "/batch", {"ids": [alice.pk]})
    [deleted] = told["deleted"]
    assert told["users"] == told["missing"] == []
    assert deleted.keys() == {"id", "deleted_at"}
    assert deleted["deleted_at"] <= timezone.now().isoformat()
    assert [way for way, *_ in readings()] == ["number"]


def test_a_person_is_found_by_their_number_however_it_is_written(ask, alice):
    for written in (ALICE, "00916205829376", "+91 62058 29376"):
        assert ask("POST", "/lookup", {"phone_number": written})[1]["id"] == alice.pk
    assert readings() == [("number", [alice.pk], masked(ALICE))] * 3


def test_searching_for_a_number_is_written_down_also_if_nobody_has_it(ask, db):
    assert ask("POST", "/lookup", {"phone_number": DAVE}) == (404, "user_unknown")
    assert readings() == [("number", [], masked(DAVE))]
    assert DAVE not in str(list(SecurityEvent.objects.values()))


def test_a_number_that_is_merely_claimed_is_nobody_s(ask, esha):
    assert ask("POST", "/lookup", {"phone_number": DAVE}) == (404, "user_unknown")


def test_searches_are_limited_each_day(ask, alice):
    rule = limits.SERVICE_LOOKUPS.limit_for(ServiceAccount.objects.get().pk)
    ask("POST", "/lookup", {"phone_number": DAVE})
    RateCounter.objects.filter(key=rule.key).update(count=rule.cap)
    assert ask("POST", "/lookup", {"phone_number": ALICE}) == (429, "rate_limited")
    assert ask("GET", f"/{alice.pk}")[0] == 200


@each("body", [{}, {"phone_number": "12"}, {"phone_number": None}, {"phone_number": [ALICE]}])
def test_what_is_no_number_is_refused(ask, body):
    assert ask("POST", "/lookup", body) == (422, "validation_error")


def test_a_batch_says_who_is_there_who_was_deleted_and_who_is_missing(ask, alice, bob):
    privacy.forget(bob.pk)
    _, told = ask("POST", "/batch", {"ids": [alice.pk, bob.pk, 999_999, alice.pk]})
    assert [user["id"] for user in told["users"]] == [alice.pk]
    assert [user["id"] for user in told["deleted"]] == [bob.pk]
    assert told["missing"] == [999_999]
    assert readings() == [("batch", [alice.pk], "")]


@each(
    "ids",
    [
        *([], None, "4", [0], [-1], ["4"], [4.0], [True], [None], [10**18], [2**63]),
        list(range(1, 102)),
    ],
)
def test_what_is_no_batch_is_refused(ask, ids):
    assert ask("POST", "/batch", {"ids": ids}) == (422, "validation_error")


def test_a_hundred_fit_into_a_batch(ask, db):
    assert len(ask("POST", "/batch", {"ids": list(range(1001, 1101))})[1]["missing"]) == 100


@each("scope", ["leads:read", "leads:write", "webhooks:manage"])
def test_no_other_scope_reads_people(api, key_of, alice, scope):
    key = key_of(scope)
    for method, path, body in (
        ("GET", f"/{alice.pk}", None),
        ("GET", "/changes", None),
        ("POST", "/lookup", {"phone_number": ALICE}),
        ("POST", "/batch", {"ids": [alice.pk]}),
    ):
        response = api.request(method, USERS + path, body, token=key)
        assert (response.status_code, response.json()["code"]) == (403, "insufficient_scope")
    assert not SecurityEvent.objects.filter(kind="service_read_people").exists()


def test_a_key_that_reads_people_opens_nothing_of_the_desk(api, key_of, carol):
    key = key_of("users:read")
    lead = Lead.objects.get(phone_number=carol)
    for method, path in (("GET", ""), ("GET", f"/{lead.pk}"), ("POST", f"/{lead.pk}/claim")):
        assert api.request(method, f"/api/leads{path}", token=key).status_code == 403
