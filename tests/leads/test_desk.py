"""The desk: who sees it, what it shows, and that it notices what changes."""

import pytest
from django.db import connection

from leads.flows.status import change_status
from leads.listing import PAGE_SIZE
from leads.models import Lead
from leads.models.lead import Status
from leads.models.lead_event import EventKind
from tests.cast import ALICE, BOB, CAROL


@pytest.fixture
def desk(staff, browser_of):
    return browser_of(staff)


def lead(phone_number, **changes):
    Lead.objects.advance(phone_number, EventKind.CODE_REQUESTED)
    Lead.objects.filter(phone_number=phone_number).update(**changes)
    return Lead.objects.get(phone_number=phone_number)


def numbers(response):
    return [lead.phone_number for lead in response.context["page"].leads]


def test_visitors_are_asked_to_sign_in(client, carol):
    response = client.get("/leads/?status=new")
    assert response.status_code == 302
    assert response["Location"] == "/django/admin/login/?next=/leads/%3Fstatus%3Dnew"


def test_customers_see_no_lead(alice, carol, browser_of):
    response = browser_of(alice).get("/leads/")
    assert response.status_code == 302
    assert CAROL.encode() not in response.content


def test_a_desk_left_open_shows_nothing_after_signing_out(desk, carol):
    desk.post("/logout/")
    response = desk.get("/leads/", headers={"HX-Request": "true"})
    assert response["HX-Refresh"] == "true"
    assert response.content == b""


def test_somebody_demoted_sees_nothing_at_the_next_poll(desk, staff, carol):
    staff.is_staff = False
    staff.save()
    assert CAROL.encode() not in desk.get("/leads/", headers={"HX-Request": "true"}).content


def test_newest_first(desk):
    for phone_number in (ALICE, BOB, CAROL):
        lead(phone_number)
    assert numbers(desk.get("/leads/")) == [CAROL, BOB, ALICE]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?status=lost", [BOB]),
        ("?q=9376", [ALICE]),
        ("?q=62058 29376", [ALICE]),
        ("?q=%2B91 62058-29376", [ALICE]),
        ("?q=0000000", []),
        ("?q=abc", []),
        ("?status=nonsense", [BOB, ALICE]),
        ("?status=lost&q=9376", []),
        ("?after=nonsense", [BOB, ALICE]),
        ("?after=2026-01-01T00:00:00_1", [BOB, ALICE]),
        ("?after=9999-99-99_x", [BOB, ALICE]),
        ("?q=" + "9" * 5000, [BOB, ALICE]),
        ("?q=62", [BOB, ALICE]),
        ("?q=%00", [BOB, ALICE]),
    ],
)
def test_filters(desk, query, found):
    lead(ALICE)
    lead(BOB, status="lost")
    response = desk.get(f"/leads/{query}")
    assert response.status_code == 200
    assert numbers(response) == found


def test_pages_are_complete_and_steady_while_leads_arrive(desk):
    for number in range(PAGE_SIZE + 3):
        lead(f"+9198765{number:05d}")
    first = desk.get("/leads/")
    lead(CAROL)
    rest = desk.get("/leads/", {"after": first.context["page"].next_cursor})
    assert len(numbers(first)) == PAGE_SIZE
    assert numbers(rest) == [f"+9198765{number:05d}" for number in (2, 1, 0)]
    assert rest.context["page"].next_cursor is None


def test_leads_of_the_same_moment_are_not_skipped(desk):
    with connection.cursor() as cursor:
        for number in range(PAGE_SIZE + 3):
            lead(f"+9198765{number:05d}")
        cursor.execute("UPDATE leads_lead SET created_at = '2026-01-01T00:00:00Z'")
    first = desk.get("/leads/")
    rest = desk.get("/leads/", {"after": first.context["page"].next_cursor})
    assert len(set(numbers(first)) | set(numbers(rest))) == PAGE_SIZE + 3


def test_the_desk_is_read_only(desk):
    assert desk.post("/leads/").status_code == 405


@pytest.mark.django_db(transaction=True)
def test_an_unchanged_desk_answers_304_and_a_changed_one_200(desk, sales_manager, settled):
    first = lead(CAROL)
    settled()
    etag = desk.get("/leads/")["ETag"]
    poll = {"If-None-Match": etag, "HX-Request": "true"}
    assert desk.get("/leads/", headers=poll).status_code == 304
    change_status(first.pk, Status.CONTACTED, actor=sales_manager)
    settled()
    response = desk.get("/leads/", headers=poll)
    assert response.status_code == 200
    assert b"Contacted" in response.content
    assert b"<html" not in response.content
    assert response["ETag"] != etag


@pytest.mark.django_db(transaction=True)
def test_each_view_and_person_has_an_etag_of_its_own(desk, manager, browser_of, settled):
    lead(CAROL)
    settled()
    other = browser_of(manager)
    etags = {
        desk.get("/leads/")["ETag"],
        desk.get("/leads/?status=new")["ETag"],
        other.get("/leads/")["ETag"],
    }
    assert len(etags) == 3


def test_the_desk_warns_when_most_of_the_day_s_messages_are_sent(desk, api, sms, settings):
    settings.SMS_DAILY_BUDGET = 5
    for number in range(4):
        assert b"of today's messages are sent" not in desk.get("/leads/").content
        api.post("/api/auth/signup", {"phone_number": f"+9198765{number}0000"})
    assert b"80 % of today's messages are sent" in desk.get("/leads/").content


@pytest.mark.django_db(transaction=True)
def test_a_changed_name_shows_at_the_next_poll(desk, alice, api, token_of, settled):
    settled()
    poll = {"If-None-Match": desk.get("/leads/")["ETag"], "HX-Request": "true"}
    api.patch("/api/auth/profile", {"name": "Alice Rao"}, token=token_of(alice))
    settled()
    response = desk.get("/leads/", headers=poll)
    assert response.status_code == 200
    assert b"Alice Rao" in response.content
