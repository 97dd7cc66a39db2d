"""Desks that show the same leads share what is read for them; nobody gets what only another may
see."""

import re

import pytest
from django.utils import timezone

from accounts.phone.grouping import grouped
from leads.actions.claim import assign, claim, release
from leads.actions.contact import reveal, write_note
from leads.desk.shared_reads import shared_reads
from leads.desk.snapshots import shared_snapshot
from tests.cast import ALICE, BOB, CAROL
from tests.leads.desk.test_rows import without_gaps
from tests.leads.statuses import make_lead

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def sharing(settings):
    """Reads of other tests, whose events had the same ids, are forgotten."""
    settings.DESK_SHARED_SECONDS = 60
    shared_reads.clear()
    yield
    shared_reads.clear()


@pytest.fixture
def carol():
    return make_lead(CAROL, consent_at=timezone.now())


class Desk:
    """An open tab that asks by itself."""

    def __init__(self, browser, settled, language="en"):
        self.browser, self.settled = browser, settled
        self.etag = self.page = ""
        browser.cookies["django_language"] = language
        settled()
        self._show(browser.get("/leads/"))

    def _show(self, response):
        self.etag = response.headers.get("ETag", self.etag)
        if response.status_code == 200:
            self.page = response.content.decode()

    def ask(self):
        rows = ",".join(dict.fromkeys(re.findall('id="lead-([0-9]+)"', self.page)))
        headers = {"HX-Request": "true", "If-None-Match": self.etag, "Desk-Rows": rows}
        response = self.browser.get("/leads/", headers=headers)
        self._show(response)
        return response

    def poll(self):
        self.settled()
        return self.ask().status_code

    def shows(self, lead):
        return f'id="lead-{lead.pk}"' in self.page


@pytest.fixture
def desk_of(browser_of, settled, carol):
    return lambda user, language="en": Desk(browser_of(user), settled, language)


def test_the_second_desk_that_shows_a_change_reads_no_lead_itself(
    desk_of, sales_manager, sales_admin, statements, settings
):
    desks = [desk_of(sales_manager), desk_of(sales_admin)]
    settings.DESK_CURSOR_SECONDS = settings.STAFF_CHECK_SECONDS = 60
    shared_snapshot.take(at_least=0)
    bob = make_lead(BOB)
    desks[0].settled()
    settings.DESK_CURSOR_SECONDS = 0
    assert desks[0].poll() == 200
    settings.DESK_CURSOR_SECONDS = 60
    asked = statements(desks[1].ask)
    assert all(desk.shows(bob) for desk in desks)
    assert not any('FROM "leads_lead"' in sql for sql in asked)


def test_each_change_reaches_every_desk(desk_of, staff, colleague, sales_manager, carol):
    """Also while what was read before is remembered."""
    desks = [desk_of(user) for user in (staff, colleague, sales_manager)]
    for number in (ALICE, BOB):
        lead = make_lead(number)
        assert [desk.poll() for desk in desks] == [200, 200, 200]
        assert all(desk.shows(lead) for desk in desks)
        assert [desk.poll() for desk in desks] == [304, 304, 304]


def test_a_claimed_lead_is_on_the_desks_of_its_owner_and_of_managers_alone(
    desk_of, staff, colleague, sales_manager, carol
):
    owners, others, managers = desk_of(staff), desk_of(colleague), desk_of(sales_manager)
    claim(carol.pk, actor=staff)
    assert [desk.poll() for desk in (owners, others, managers)] == [200, 200, 200]
    assert [desk.shows(carol) for desk in (owners, others, managers)] == [True, False, True]
    write_note(carol.pk, "Rang", actor=staff)
    assert [desk.poll() for desk in (owners, others, managers)] == [200, 304, 200]
    release(carol.pk, actor=staff)
    assert [desk.poll() for desk in (owners, others, managers)] == [200, 200, 200]
    assert others.shows(carol)
    assign(carol.pk, colleague, actor=sales_manager)
    assert [desk.poll() for desk in (owners, others, managers)] == [200, 200, 200]
    assert [desk.shows(carol) for desk in (owners, others, managers)] == [False, True, True]


def test_one_s_own_leads_stay_where_they_are_while_others_change(desk_of, staff, colleague, carol):
    desk = desk_of(staff)
    claim(carol.pk, actor=staff)
    bob = make_lead(BOB)
    assert desk.poll() == 200
    assert desk.shows(carol)
    claim(bob.pk, actor=colleague)
    assert desk.poll() == 200
    assert desk.shows(carol)
    assert not desk.shows(bob)


def test_a_number_that_its_owner_looked_at_is_in_no_shared_row(
    desk_of, staff, sales_manager, sales_admin, carol
):
    """Whoever polls first."""
    owners, managers, admins = desk_of(staff), desk_of(sales_manager), desk_of(sales_admin)
    claim(carol.pk, actor=staff)
    reveal(carol.pk, actor=staff)
    for desks in ((owners, managers, admins), (admins, managers, owners)):
        write_note(carol.pk, "Rang", actor=staff)
        assert [desk.poll() for desk in desks] == [200, 200, 200]
        assert grouped(CAROL) in owners.page
        for desk in (managers, admins):
            assert CAROL[3:] not in without_gaps(desk.page)


def test_each_desk_gets_its_own_language(desk_of, sales_manager, sales_admin):
    english, hindi = desk_of(sales_manager), desk_of(sales_admin, "hi")
    make_lead(BOB)
    assert [english.poll(), hindi.poll()] == [200, 200]
    assert "Came as far as" in english.page
    assert "Came as far as" not in hindi.page


def test_whoever_opens_the_page_sees_what_is_at_this_moment(desk_of, staff, sales_manager, carol):
    """What a person does is in their own next page, whatever is remembered for open desks."""
    desk = desk_of(sales_manager)
    make_lead(BOB)
    assert desk.poll() == 200
    lead = make_lead(ALICE)
    assert f'id="lead-{lead.pk}"' in desk.browser.get("/leads/").content.decode()


def test_a_desk_never_goes_back_behind_what_it_was_shown(desk_of, sales_manager, settings, settled):
    """Another process answered it after this one took its last snapshot."""
    desk = desk_of(sales_manager)
    shared_snapshot.take(at_least=0)
    settings.DESK_CURSOR_SECONDS = 60
    lead = make_lead(BOB)
    settled()
    opened = desk.browser.get("/leads/")
    assert f'id="lead-{lead.pk}"' in opened.content.decode()
    desk.etag = opened["ETag"]
    assert desk.poll() == 304
    fingerprint, cursor, _ = desk.etag.strip('"').split(".")
    desk.etag = f'"{fingerprint}.{cursor}.1"'
    assert desk.poll() == 200
    assert desk.shows(lead)
