"""Which leads the desk shows: filters, what is typed, and how they are taken away again."""

import pytest
from django.utils import timezone

from leads.actions.claim import assign
from leads.models import Lead
from tests.cast import ALICE, BOB
from tests.each import each
from tests.leads.desk.listed import numbers
from tests.leads.statuses import make_lead


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
