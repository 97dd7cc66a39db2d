"""Desks on which nothing happens are answered from memory, and show nobody more than the database
allows."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.models import Session
from tests.cast import BOB, CAROL
from tests.leads.statuses import make_lead

pytestmark = pytest.mark.django_db(transaction=True)

LONG = 60
"""Seconds; longer than any of these tests."""


@pytest.fixture
def idle(browser_of, settled, settings):
    """`idle(user)`: a poll of a desk that this process knows, as a function. Where the timeline
    stood and what staff may see are asked again each time."""
    make_lead(CAROL)

    def open_desk(user, language="en"):
        browser = browser_of(user)
        browser.cookies["django_language"] = language
        settled()
        headers = {"HX-Request": "true", "If-None-Match": browser.get("/leads/")["ETag"]}
        poll = lambda: browser.get("/leads/", headers=headers)  # noqa: E731
        assert poll().status_code == 304
        return poll

    return open_desk


def test_an_idle_desk_asks_the_database_nothing(idle, staff, sales_manager, statements, settings):
    polls = [idle(staff), idle(sales_manager)]
    settings.DESK_CURSOR_SECONDS = settings.STAFF_CHECK_SECONDS = LONG
    for poll in polls:
        poll()
        assert statements(poll, status=304) == []


def test_all_idle_desks_are_checked_by_one_statement(
    idle, staff, sales_manager, statements, settings
):
    first, second = idle(staff), idle(sales_manager)
    settings.DESK_CURSOR_SECONDS = LONG
    assert first().status_code == second().status_code == 304
    assert len(statements(first, status=304)) == 1
    settings.STAFF_CHECK_SECONDS = LONG
    assert statements(second, status=304) == []


def lose_session(user):
    Session.objects.filter(user=user).revoke()


def lose_time(user):
    Session.objects.filter(user=user).update(
        created_at=timezone.now() - timedelta(days=2), expires_at=timezone.now()
    )


def lose_account(user):
    user.is_active = False
    user.save()


def lose_password(user):
    user.set_password("another one, as it happens")
    user.save()


@pytest.mark.parametrize("lose", [lose_session, lose_time, lose_account, lose_password])
def test_the_next_poll_after_the_end_of_a_session_asks_to_sign_in(idle, staff, lose):
    poll = idle(staff)
    lose(staff)
    response = poll()
    assert response.status_code == 401
    assert response["HX-Refresh"] == "true"


def test_the_next_poll_of_whoever_lost_their_role_clears_the_page(idle, staff):
    poll = idle(staff)
    staff.groups.clear()
    response = poll()
    assert response["HX-Refresh"] == "true"
    assert response.content == b""


def test_the_next_poll_of_whoever_got_another_role_shows_it(idle, staff):
    poll = idle(staff)
    staff.groups.add(Group.objects.get(name="Sales manager"))
    assert poll().status_code == 200


def test_a_check_that_is_remembered_shows_nobody_anything(idle, staff, settings, settled):
    """Until it is made again, a desk keeps what it has; what has changed is not in any answer."""
    poll = idle(staff)
    settings.STAFF_CHECK_SECONDS = LONG
    assert poll().status_code == 304
    lose_session(staff)
    assert poll().status_code == 304
    make_lead(BOB)
    settled()
    response = poll()
    assert response.status_code == 401
    assert b"lead-" not in response.content


def test_what_happens_is_never_missed(idle, staff, settings, settled):
    """However long ago the desk was first answered."""
    poll = idle(staff)
    settings.STAFF_CHECK_SECONDS = LONG
    poll()
    lead = make_lead(BOB)
    settled()
    response = poll()
    assert response.status_code == 200
    assert f'id="lead-{lead.pk}"'.encode() in response.content


def test_a_reader_who_chose_another_language_gets_the_page_in_it(idle, staff, settings, browser_of):
    poll = idle(staff)
    settings.STAFF_CHECK_SECONDS = settings.DESK_CURSOR_SECONDS = LONG
    browser = browser_of(staff)
    browser.cookies["django_language"] = "hi"
    headers = {"HX-Request": "true", "If-None-Match": poll()["ETag"]}
    response = browser.get("/leads/", headers=headers)
    assert response.status_code == 200
    assert response["Content-Language"] == "hi"
