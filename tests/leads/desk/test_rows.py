"""What a row of the desk says of a lead, and that it tells no number too early."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.phone.grouping import grouped
from leads.actions.claim import claim
from leads.actions.contact import reveal
from leads.models import Lead
from tests.cast import CAROL
from tests.leads.statuses import make_lead


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
