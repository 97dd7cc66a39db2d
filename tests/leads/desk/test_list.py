"""The desk: who sees it, which leads in which order, and that it notices what changes."""

import pytest
from django.db import connection

from leads.actions.claim import assign
from leads.actions.contact import write_note
from leads.actions.status import change_status
from leads.desk.counts import Count
from leads.desk.listing import PAGE_SIZE
from leads.models.lead_choices import Status
from tests.cast import ALICE, BOB, CAROL
from tests.each import each
from tests.leads.desk.listed import numbers
from tests.leads.statuses import make_lead


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
        make_lead(phone_number)
    assert numbers(desk.get("/leads/")) == [CAROL, BOB, ALICE]


def test_pages_are_complete_and_steady_while_leads_arrive(desk):
    for number in range(PAGE_SIZE + 3):
        make_lead(f"+9198765{number:05d}")
    first = desk.get("/leads/")
    make_lead(CAROL)
    rest = desk.get("/leads/", {"after": first.context["page"].next_cursor})
    assert len(numbers(first)) == PAGE_SIZE
    assert numbers(rest) == [f"+9198765{number:05d}" for number in (2, 1, 0)]
    assert rest.context["page"].next_cursor is None


def test_leads_of_the_same_moment_are_not_skipped(desk):
    with connection.cursor() as cursor:
        for number in range(PAGE_SIZE + 3):
            make_lead(f"+9198765{number:05d}")
        cursor.execute("UPDATE leads_lead SET created_at = '2026-01-01T00:00:00Z'")
    first = desk.get("/leads/")
    rest = desk.get("/leads/", {"after": first.context["page"].next_cursor})
    assert len(set(numbers(first)) | set(numbers(rest))) == PAGE_SIZE + 3


def test_the_desk_is_read_only(desk):
    assert desk.post("/leads/").status_code == 405


@pytest.mark.django_db(transaction=True)
def test_an_unchanged_desk_answers_304_and_a_changed_one_200(desk, sales_manager, settled):
    first = make_lead(CAROL)
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
    make_lead(CAROL)
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


def test_last_active_first(desk, sales_manager):
    first, second = make_lead(ALICE), make_lead(BOB)
    write_note(first.pk, "Rang", actor=sales_manager)
    response = desk.get("/leads/?sort=active")
    assert numbers(response) == [ALICE, BOB]
    assert numbers(desk.get("/leads/")) == [BOB, ALICE]
    header = response.content.decode().partition("Last activity")[0].rpartition("<th")[2]
    assert 'aria-sort="descending"' in header
    assert second.pk


def test_leads_are_counted_up_to_a_point_and_estimated_beyond():
    assert str(Count(1)) == "1 lead"
    assert str(Count(523)) == "523 leads"
    assert str(Count(10_000)) == "10\u00a0000 leads"
    assert str(Count(523_000, "about")) == "about 523\u00a0000 leads"


@pytest.mark.django_db(transaction=True)
def test_a_reload_tells_what_changed_of_what_one_sees(desk, settled, colleague, sales_manager):
    seen, hidden = make_lead(CAROL), make_lead(ALICE)
    settled()
    address = desk.get("/leads/?country=IN").context["links"]["reload"]
    assert address.startswith("/leads/?country=IN&since=")
    make_lead(BOB)
    write_note(seen.pk, "Rang", actor=sales_manager)
    assign(hidden.pk, colleague, actor=sales_manager)
    settled()
    response = desk.get(address)
    assert b"1 new, 1 changed since" in response.content
    assert response.context["desk_view"].url == "/leads/?country=IN"


@each("mark", ["x", "1-1", "1-1_x", "1-1_" + "9" * 30, "\x00", "1_1-1"])
def test_a_forged_marker_of_a_reload_is_ignored(desk, mark):
    assert desk.get("/leads/", {"since": mark}).context["row_changes"] is None


def test_assigning_is_offered_to_managers_only(desk, sales_manager, browser_of):
    assert b'value="assign"' not in desk.get("/leads/").content
    assert b'value="assign"' in browser_of(sales_manager).get("/leads/").content


def test_somebody_without_a_role_is_told_kindly(desk, staff, carol):
    staff.groups.clear()
    response = desk.get("/leads/")
    assert response.status_code == 403
    assert b"Your account has no sales role yet. Ask an admin." in response.content
