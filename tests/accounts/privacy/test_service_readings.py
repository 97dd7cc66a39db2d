"""The export tells which services read what is held on the person."""

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import SecurityEvent, ServiceAccount
from accounts.privacy import flows as privacy
from tests.cast import ALICE, BOB

pytestmark = pytest.mark.django_db

USERS = "/api/service/users"


@pytest.fixture
def read(api, key_of):
    """`read(ways)`: a service reads in each of them."""
    key = key_of("users:read")

    def ask(*ways):
        for method, path, body in ways:
            assert api.request(method, USERS + path, body, token=key).status_code in (200, 404)

    return ask


def readings(user):
    return SecurityEvent.objects.readings_of(user.pk)


def test_it_says_who_read_how_and_how_often_on_a_day(api, read, alice, bob, token_of):
    by_id, by_number = ("GET", f"/{alice.pk}", None), ("POST", "/lookup", {"phone_number": ALICE})
    batch = ("POST", "/batch", {"ids": [bob.pk, alice.pk]})
    read(by_id, by_id, by_number, batch, ("GET", "/changes", None))
    held = api.get("/api/auth/export", token=token_of(alice)).json()["data"]
    today = f"{timezone.localdate():%Y-%m-%d}"
    assert held["service_readings"] == [
        {"service": "events-1", "way": way, "day": today, "times": times}
        for way, times in (("batch", 1), ("changes", 1), ("id", 2), ("number", 1))
    ]


def test_it_says_nothing_of_what_was_read_of_others(read, alice, bob):
    read(
        ("GET", f"/{bob.pk}", None),
        ("POST", "/lookup", {"phone_number": BOB}),
        ("POST", "/batch", {"ids": [bob.pk, bob.pk * 10 + 1, int(f"{alice.pk}7")]}),
    )
    assert readings(alice) == []
    assert {(one["way"], one["times"]) for one in readings(bob)} == {
        *(("id", 1), ("number", 1), ("batch", 1))
    }


def test_a_service_s_own_lines_are_no_readings_of_it(read, alice):
    read(("GET", f"/{alice.pk}", None))
    assert readings(ServiceAccount.objects.get().user) == []


def test_it_costs_one_statement(read, alice, django_assert_num_queries):
    read(("GET", f"/{alice.pk}", None))
    with django_assert_num_queries(1):
        assert len(readings(alice)) == 1


def test_it_reads_no_other_lines_of_a_long_log(read, alice, bob):
    """A year of others is not read through."""
    read(("GET", f"/{alice.pk}", None))
    with connection.cursor() as cursor:
        cursor.execute(MANY, [bob.pk])
        cursor.execute("ANALYZE accounts_securityevent")
    lines = SecurityEvent.objects.filter(
        kind="service_read_people", data__contains={"users": [alice.pk]}
    )
    assert "securityevent_readings" in lines.explain()
    assert privacy.export(alice.pk)["service_readings"][0]["times"] == 1


MANY = """
INSERT INTO accounts_securityevent (kind, user_id, recipient_hash, data)
SELECT 'service_read_people', 1, '', jsonb_build_object('way', 'id', 'users', jsonb_build_array(%s))
FROM generate_series(1, 5000)
"""
