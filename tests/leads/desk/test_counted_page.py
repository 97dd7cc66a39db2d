"""A page that is counted has the same leads as one that is not, however it is found."""

from datetime import timedelta

import pytest
from django.utils import timezone

from leads.desk.counted_page import counted_page_of
from leads.desk.paging import page_of
from leads.models import Lead
from leads.models.lead_choices import Status
from tests.leads.statuses import make_lead

pytestmark = pytest.mark.django_db

MANY = 12


@pytest.fixture
def leads(staff):
    """Some of which are claimed, and three of which are of the same moment."""
    now = timezone.now()
    for number in range(MANY):
        made = make_lead(f"+9198765{number:05d}", status="lost" if number % 3 else "new")
        moment = now - timedelta(minutes=(number * 7) % MANY // 3)
        owner = {"owner": staff, "lease_ends_at": now + timedelta(hours=1)} if number % 4 else {}
        Lead.objects.filter(pk=made.pk).update(created_at=moment, last_activity_at=moment, **owner)
    return Lead.objects.all()


def facts(page):
    """Each lead's columns, and who its owner is."""
    names = [field.attname for field in Lead._meta.concrete_fields]
    return [
        ([getattr(lead, name) for name in names], lead.owner and lead.owner.username)
        for lead in page.leads
    ]


@pytest.mark.parametrize("cap", [3, MANY - 1, MANY, 1000], ids=lambda cap: f"up to {cap}")
@pytest.mark.parametrize("field", ["created_at", "last_activity_at"])
def test_the_pages_of_a_view_are_the_same_counted_and_not(leads, cap, field):
    cursor = ""
    seen = []
    while cursor is not None:
        plain = page_of(leads, cursor, field=field, size=5)
        counted = counted_page_of(leads, cursor, field=field, size=5, cap=cap)
        assert facts(counted) == facts(plain)
        assert counted.next_cursor == plain.next_cursor
        assert counted.capped_total == min(MANY, cap + 1)
        seen += counted.leads
        cursor = counted.next_cursor
    assert len({lead.pk for lead in seen}) == MANY


def test_a_percent_sign_in_a_filter_is_a_character(leads):
    Lead.objects.filter(pk=leads[0].pk).update(name="100 %(s)s %s")
    named = leads.filter(name__contains="%(s)s %s")
    page = counted_page_of(named, "", field="created_at", size=5, cap=3)
    assert [lead.name for lead in page.leads] == ["100 %(s)s %s"]
    assert page.capped_total == 1


def test_where_no_lead_can_match_nothing_is_asked(leads, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = counted_page_of(Lead.objects.none(), "", field="created_at", size=5, cap=3)
    assert (page.leads, page.next_cursor, page.capped_total) == ([], None, 0)


def test_filters_hold_in_both_ways_of_finding_a_page(leads):
    new = leads.filter(status=Status.NEW)
    for cap in (1, 1000):
        page = counted_page_of(new, "", field="created_at", size=2, cap=cap)
        assert {lead.status for lead in page.leads} == {Status.NEW}
        assert page.next_cursor is not None
