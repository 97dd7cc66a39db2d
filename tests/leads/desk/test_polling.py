"""What makes an open desk read its view again, and what does not."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from leads.actions.claim import assign, release
from leads.actions.contact import write_note
from leads.actions.status import change_status
from leads.desk.cursor import MAX_EVENTS
from leads.desk.listing import PAGE_SIZE
from leads.desk.polling import ClientState, row_ids_from
from leads.models import Lead, LeadEvent
from leads.models.lead_choices import Status
from leads.models.lead_event import EventKind
from tests.cast import ALICE, BOB, CAROL
from tests.each import each
from tests.leads.statuses import make_lead

pytestmark = pytest.mark.django_db(transaction=True)


class Desk:
    """An open tab: it remembers what it was told, and asks again with it."""

    def __init__(self, browser, settled, query=""):
        self.browser, self.settled, self.address = browser, settled, f"/leads/{query}"
        self.etag, self.rows, self.listing = "", [], None
        self.poll()

    def poll(self, *, hold=False, headers=None):
        self.settled()
        sent = {"HX-Request": "true", "HX-Trigger": "list"}
        if self.etag:
            sent |= {"If-None-Match": self.etag, "Desk-Rows": ",".join(map(str, self.rows))}
        sent |= {"Desk-Hold": "1"} if hold else {}
        response = self.browser.get(self.address, headers=sent | (headers or {}))
        self.etag = response.headers.get("ETag", self.etag)
        if response.status_code == 200 and response.context:
            self.listing = response.context["page"]
            self.rows = [lead.pk for lead in self.listing.leads]
        return response.status_code


@pytest.fixture
def carol():
    return make_lead(CAROL)


@pytest.fixture
def open_desk(browser_of, settled, carol):
    """`open_desk(user, "?status=new")`"""
    return lambda user, query="": Desk(browser_of(user), settled, query)


def test_an_unchanged_desk_gets_304(open_desk, staff):
    desk = open_desk(staff)
    before = desk.etag
    assert desk.poll() == 304
    assert desk.etag == before


def test_a_change_of_a_shown_lead_is_read(open_desk, staff, carol, sales_manager):
    desk = open_desk(staff)
    write_note(carol.pk, "Called her", actor=sales_manager)
    assert desk.poll() == 200
    assert desk.poll() == 304


def test_a_new_lead_comes_first(open_desk, staff):
    desk = open_desk(staff)
    lead = make_lead(BOB)
    assert desk.poll() == 200
    assert desk.rows[0] == lead.pk


def test_a_lead_that_the_filters_leave_out_changes_nothing(open_desk, staff):
    desk = open_desk(staff, "?status=new")
    before = desk.etag
    make_lead(BOB, status="lost")
    assert desk.poll() == 304
    assert desk.etag != before
    assert desk.poll() == 304


def test_a_lead_leaves_the_view(open_desk, staff, sales_manager, carol):
    desk = open_desk(staff, "?status=new")
    change_status(carol.pk, Status.LOST, actor=sales_manager)
    assert desk.poll() == 200
    assert desk.rows == []


def test_a_lead_enters_the_view(open_desk, staff, sales_manager, carol):
    desk = open_desk(staff, "?status=lost")
    change_status(carol.pk, Status.LOST, actor=sales_manager)
    assert desk.poll() == 200
    assert desk.rows == [carol.pk]


def test_a_lead_of_somebody_else_changes_nothing_for_an_agent(
    open_desk, staff, colleague, sales_manager
):
    claimed = make_lead(BOB)
    assign(claimed.pk, colleague, actor=sales_manager)
    desk, managers = open_desk(staff), open_desk(sales_manager)
    write_note(claimed.pk, "Nice person", actor=colleague)
    assert desk.poll() == 304
    assert managers.poll() == 200


def test_a_claimed_lead_disappears_from_the_other_agent(open_desk, staff, colleague, carol):
    from leads.actions.claim import claim

    desk = open_desk(staff)
    claim(carol.pk, actor=colleague)
    assert desk.poll() == 200
    assert desk.rows == []
    release(carol.pk, actor=colleague)
    assert desk.poll() == 200
    assert desk.rows == [carol.pk]


def test_a_lead_below_a_full_page_changes_nothing(open_desk, staff, sales_manager):
    oldest = Lead.objects.get()
    for number in range(PAGE_SIZE):
        make_lead(f"+9198765{number:05d}")
    desk = open_desk(staff)
    write_note(oldest.pk, "Far down", actor=sales_manager)
    assert oldest.pk not in desk.rows
    assert desk.poll() == 304
    second = open_desk(staff, f"?after={desk.listing.next_cursor}".replace("+", "%2B"))
    make_lead(BOB)
    assert second.rows == [oldest.pk]
    assert second.poll() == 304
    assert desk.poll() == 200


def test_after_very_many_changes_everything_counts_as_changed(open_desk, staff, carol):
    desk = open_desk(staff, "?status=lost")
    event = LeadEvent(lead=carol, kind=EventKind.NOTED)
    LeadEvent.objects.bulk_create(
        [LeadEvent(lead=event.lead, kind=event.kind) for _ in range(MAX_EVENTS)]
    )
    assert desk.poll() == 304
    LeadEvent.objects.bulk_create(
        [LeadEvent(lead=event.lead, kind=event.kind) for _ in range(MAX_EVENTS + 1)]
    )
    assert desk.poll() == 200


def test_rows_do_not_move_while_somebody_is_busy(open_desk, staff, sales_manager, carol):
    desk = open_desk(staff, "?status=new")
    fresh = [make_lead(BOB).pk, make_lead(ALICE).pk]
    change_status(carol.pk, Status.LOST, actor=sales_manager)
    assert desk.poll(hold=True) == 200
    assert desk.rows == [carol.pk]
    assert desk.listing.leads[0].status == Status.LOST
    assert (desk.listing.new_count, desk.listing.is_frozen) == (2, True)
    assert desk.poll(hold=True) == 304
    assert desk.poll(headers={"If-None-Match": ""}) == 200
    assert desk.rows == fresh[::-1]
    assert not desk.listing.is_frozen


def test_a_lead_that_moves_up_from_below_is_not_counted_as_new(
    open_desk, staff, carol, sales_manager
):
    for number in range(PAGE_SIZE):
        make_lead(f"+9198765{number:05d}")
    desk = open_desk(staff, "?status=new")
    change_status(desk.rows[3], Status.LOST, actor=sales_manager)
    assert desk.poll(hold=True) == 200
    assert len(desk.rows) == PAGE_SIZE
    assert desk.listing.new_count == 0


def test_a_frozen_row_that_somebody_else_claimed_disappears(open_desk, staff, colleague, carol):
    from leads.actions.claim import claim

    other = make_lead(BOB)
    desk = open_desk(staff)
    claim(carol.pk, actor=colleague)
    assert desk.poll(hold=True) == 200
    assert desk.rows == [other.pk]


@pytest.mark.parametrize(
    "change",
    [
        {"owner_id": True, "lease_ends_at": timedelta(seconds=90)},
        {"follow_up_at": timedelta(seconds=90)},
        {"created_at": timedelta(seconds=90) - timedelta(minutes=30)},
        {"created_at": timedelta(seconds=90) - timedelta(minutes=20)},
    ],
    ids=["claim ends", "follow-up is due", "first call is late", "first call is pressing"],
)
def test_the_etag_expires_when_time_alone_changes_a_row(open_desk, staff, carol, change, settings):
    settings.LEAD_FIRST_CONTACT_MINUTES = 30
    settings.LEAD_CONSENT_REQUIRED = False
    now = timezone.now()
    values = {name: staff.pk if value is True else now + value for name, value in change.items()}
    Lead.objects.filter(pk=carol.pk).update(**values)
    state = ClientState.from_etag(open_desk(staff).etag)
    assert state.fresh_until - now.timestamp() == pytest.approx(91, abs=1.1)


def test_a_claim_of_somebody_else_that_ends_shows_at_once(open_desk, staff, colleague, carol):
    now = timezone.now()
    Lead.objects.update(owner=colleague, lease_ends_at=now + timedelta(seconds=50))
    desk = open_desk(staff)
    assert desk.rows == []
    assert ClientState.from_etag(desk.etag).fresh_until - now.timestamp() == pytest.approx(
        51, abs=1.1
    )


def test_an_etag_that_has_expired_means_reading_again(open_desk, staff):
    desk = open_desk(staff)
    state = ClientState.from_etag(desk.etag)
    desk.etag = ClientState(
        state.fingerprint, state.cursor, int(timezone.now().timestamp()) - 1
    ).etag
    assert desk.poll() == 200


@each(
    "cursor",
    ["0-0", "18446744073709551615-9223372036854775807", "99999999999999999999-1", "1-" + "9" * 19],
)
def test_a_forged_cursor_causes_no_error(open_desk, staff, cursor):
    desk = open_desk(staff)
    state = ClientState.from_etag(desk.etag)
    desk.etag = f'"{state.fingerprint}.{cursor}.{state.fresh_until}"'
    assert desk.poll() in (200, 304)


@each("etag", ['"x"', "*", '"', "", '"' + "0" * 32 + '.1-1.99"', "W/\x00"])
def test_an_etag_that_is_not_ours_means_reading_again(open_desk, staff, etag):
    desk = open_desk(staff)
    assert desk.poll(headers={"If-None-Match": etag}) == 200


def test_an_etag_of_somebody_else_means_reading_again(open_desk, staff, colleague):
    other = open_desk(colleague)
    desk = open_desk(staff)
    assert desk.poll(headers={"If-None-Match": other.etag}) == 200


def test_an_etag_that_a_proxy_weakened_still_counts(open_desk, staff):
    desk = open_desk(staff)
    assert desk.poll(headers={"If-None-Match": f"W/{desk.etag}"}) == 304


def test_rows_are_never_shown_beyond_what_somebody_may_see(
    open_desk, staff, colleague, sales_manager, carol
):
    assign(carol.pk, colleague, actor=sales_manager)
    desk = open_desk(staff)
    headers = {"Desk-Rows": str(carol.pk), "If-None-Match": "", "Desk-Hold": "1"}
    assert desk.poll(headers=headers) == 200
    assert desk.rows == []


@each(
    "header, rows",
    [
        ("3,1,2", [3, 1, 2]),
        ("1,1", [1]),
        ("", []),
        ("1,x", []),
        ("-1", []),
        ("1,,2", []),
        ("1" * 19, []),
        (",".join(map(str, range(101))), []),
    ],
)
def test_rows_that_a_desk_says_it_shows(header, rows):
    assert row_ids_from(header) == rows


def test_a_change_of_rights_means_reading_again(open_desk, staff, browser_of):
    desk = open_desk(staff)
    staff.groups.add(Group.objects.get(name="Sales manager"))
    assert desk.poll() == 200


def test_somebody_without_a_role_sees_no_lead_at_the_next_poll(open_desk, staff):
    desk = open_desk(staff)
    staff.groups.clear()
    poll = {"HX-Request": "true", "If-None-Match": desk.etag}
    response = desk.browser.get("/leads/", headers=poll)
    assert response["HX-Refresh"] == "true"
    assert response.content == b""
    page = desk.browser.get("/leads/")
    assert page.status_code == 403
    assert b"Your account has no sales role yet. Ask an admin." in page.content
    assert b"812345678" not in page.content
