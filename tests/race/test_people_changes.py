"""Who follows the changes of people misses none, in whatever order writers commit."""

import time

import pytest
from django.db import transaction

from accounts.models import User
from accounts.service.changes import read_changes

pytestmark = [pytest.mark.xdist_group(__name__), pytest.mark.django_db(transaction=True)]

WRITERS = 50
SECONDS = 60


@pytest.fixture
def reader(key_of):
    key_of("users:read")
    user = User.objects.get(username__startswith="service:")
    user.token_id = 1
    return user


def number_of(writer):
    return f"+9198000{writer:05d}"


def write(writer):
    """Three changes in one transaction, which stays open for a time of its own."""
    with transaction.atomic():
        user = User.objects.create(
            username=number_of(writer), phone_number=number_of(writer), is_verified=True
        )
        time.sleep((writer * 7 % 50) / 100)
        user.email = f"{writer}@example.com"
        user.save()
    user.first_name = "Last"
    user.save()


def follow(reader, is_over):
    """The last that was told of each person."""
    seen, after, was_over = {}, "", False
    deadline = time.monotonic() + SECONDS
    while True:
        assert time.monotonic() < deadline, "the writers do not end"
        page = read_changes(after, reader=reader)
        seen |= {user["phone_number"]: user for user in page.people.users}
        after = str(page.next)
        if was_over and not page.has_more:
            return seen
        was_over = is_over()


def are_all_told(reader, seen):
    return len(seen) == WRITERS and all(user["name"] == "Last" for user in seen.values())


@pytest.mark.parametrize("begins", ["at the same moment", "before them"])
def test_no_change_of_fifty_writers_is_missed(reader, together, begins):
    finished = []

    def work(number):
        if number == 0:
            return follow(reader, is_settled)
        if begins == "before them":
            time.sleep(0.2)
        write(number - 1)
        finished.append(number)
        return None

    def is_settled():
        return len(finished) == WRITERS

    results = together(WRITERS + 1, work)
    assert not [result for result in results if isinstance(result, Exception)]
    assert are_all_told(reader, results[0])
