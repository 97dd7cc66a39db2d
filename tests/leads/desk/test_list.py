"""The desk: who sees it, what it shows, and that it notices what changes."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.phone.grouping import grouped
from leads.actions.claim import assign, claim
from leads.actions.contact import reveal, write_note
from leads.actions.status import change_status
from leads.desk.counts import Count
from leads.desk.listing import PAGE_SIZE
from leads.models import Lead
from leads.models.lead_choices import Status
from tests.cast import ALICE, BOB, CAROL
from tests.each import each
from tests.leads.statuses import make_lead


@pytest.fixture
def desk(staff, browser_of):
    return browser_of(staff)


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
        make_lead(phone_number)
    assert numbers(desk.get("/leads/")) == [CAROL, BOB, ALICE]


@each(
    "query, found",
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
    make_lead(ALICE)
    make_lead(BOB, status="lost")
    response = desk.get(f"/leads/{query}")
    assert response.status_code == 200
    assert numbers(response) == found


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


def test_the_address_has_no_idle_filters(desk):
    response = desk.get("/leads/?q=&status=lost&owner=&sort=newest")
    assert response["Location"] == "/leads/?status=lost"


def test_leads_are_filtered_by_owner(staff, colleague, sales_manager, browser_of):
    mine, theirs, ended, free = (make_lead(f"+9198765{number:05d}") for number in range(4))
    assign(mine.pk, staff, actor=sales_manager)
    assign(theirs.pk, colleague, actor=sales_manager)
    assign(ended.pk, colleague, actor=sales_manager)
    Lead.objects.filter(pk=ended.pk).update(lease_ends_at=timezone.now())

    def found(user, owner):
        response = browser_of(user).get("/leads/", {"owner": owner})
        return {lead.pk for lead in response.context["page"].leads}

    assert found(staff, "me") == {mine.pk}
    assert found(staff, "none") == {ended.pk, free.pk}
    assert found(staff, colleague.pk) == set()
    assert found(sales_manager, colleague.pk) == {theirs.pk}
    assert found(staff, "nonsense") == {mine.pk, ended.pk, free.pk}
    assert found(sales_manager, "9" * 20) == {mine.pk, theirs.pk, ended.pk, free.pk}


def test_filters_that_are_on_can_be_taken_away_one_by_one(sales_manager, colleague, browser_of):
    query = f"?status=lost&country=in&owner={colleague.pk}&created_from=2026-11-01&sort=active"
    response = browser_of(sales_manager).get(f"/leads/{query}")
    filters = {one.label: (one.words, one.url) for one in response.context["active_filters"]}
    rest = f"owner={colleague.pk}&country=in&created_from=2026-11-01&sort=active"
    assert filters["Status"] == ("Lost", f"/leads/?{rest}")
    assert filters["Held by"][0] == "sita"
    assert filters["Created from"][0] == "1 Nov 2026"
    assert set(filters) == {"Status", "Held by", "Country", "Created from"}
    assert b'<details class="more" open>' in response.content


@pytest.mark.parametrize(("query", "is_hinted"), [("98", True), ("981", False), ("+9 ", True)])
def test_too_few_characters_are_said_kindly(desk, query, is_hinted):
    response = desk.get("/leads/", {"q": query})
    assert (b"Type at least 3 characters" in response.content) == is_hinted


def test_last_active_first(desk, sales_manager):
    first, second = make_lead(ALICE), make_lead(BOB)
    write_note(first.pk, "Rang", actor=sales_manager)
    response = desk.get("/leads/?sort=active")
    assert numbers(response) == [ALICE, BOB]
    assert numbers(desk.get("/leads/")) == [BOB, ALICE]
    header = response.content.decode().partition("Last activity")[0].rpartition("<th")[2]
    assert 'aria-sort="descending"' in header
    assert second.pk


def without_gaps(page):
    """The page without spaces, which stand between the groups of numbers."""
    return "".join(page.split())


def test_no_number_is_in_the_page(desk, staff):
    claimed = make_lead(CAROL)
    for state in ({}, {"owner": staff, "lease_ends_at": timezone.now() + timedelta(hours=1)}):
        Lead.objects.filter(pk=claimed.pk).update(**state)
        content = desk.get("/leads/").content.decode()
        assert "+91 ••••• ••678" in content
        assert CAROL.removeprefix("+91") not in without_gaps(content)
    now = timezone.now()
    Lead.objects.filter(pk=claimed.pk).update(revealed_at=now, consent_at=now)
    assert grouped(CAROL) in desk.get("/leads/").content.decode()
    Lead.objects.filter(pk=claimed.pk).update(consent_at=None, refused_at=now)
    content = desk.get("/leads/").content.decode()
    assert CAROL.removeprefix("+91") not in without_gaps(content)


def row_of(browser, pk):
    content = browser.get("/leads/").content.decode()
    row = content.partition(f'id="lead-{pk}"')[2].partition("</tr>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", row).split())


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "Call by"), (25, "Call by"), (31, "Late since"), (1500, "Late since")],
)
def test_a_row_says_when_to_call(desk, minutes, words):
    created_at = timezone.now() - timedelta(minutes=minutes)
    waiting = make_lead(CAROL, consent_at=timezone.now(), created_at=created_at)
    assert words in row_of(desk, waiting.pk)


def test_a_row_says_what_was_done(desk, staff):
    now = timezone.now()
    done = make_lead(CAROL, consent_at=now, created_at=now, first_contacted_at=now)
    Lead.objects.filter(pk=done.pk).update(
        owner=staff, lease_ends_at=now + timedelta(minutes=5), follow_up_at=now, trouble="expired"
    )
    row = row_of(desk, done.pk)
    assert "Called after 0 min" in row
    assert "You until" in row
    assert "Overdue since" in row
    assert "Code expired" in row
    assert "No contact" not in row
    assert "Claim" not in row


def test_a_row_says_whom_not_to_call(desk):
    silent = make_lead(CAROL)
    row = row_of(desk, silent.pk)
    assert "No contact" in row
    assert "Call by" not in row
    assert "Free Claim" in row


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


def test_a_number_that_its_owner_revealed_stays_masked_for_others(
    desk, staff, sales_manager, browser_of
):
    """Rows are made once for all who may read the same; a looked-at number is not among that."""
    mine = make_lead(CAROL, consent_at=timezone.now())
    claim(mine.pk, actor=staff)
    reveal(mine.pk, actor=staff)
    other = browser_of(sales_manager)
    for _ in range(2):
        assert grouped(CAROL) in desk.get("/leads/").content.decode()
        page = other.get("/leads/").content.decode()
        assert "sam until" in page
        assert CAROL[3:] not in without_gaps(page)


def test_a_row_says_something_else_once_its_time_has_come(desk):
    make_lead(CAROL, consent_at=timezone.now())
    assert "Call by" in desk.get("/leads/").content.decode()
    Lead.objects.update(created_at=timezone.now() - timedelta(hours=1))
    assert "Late since" in desk.get("/leads/").content.decode()
