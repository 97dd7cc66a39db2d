"""The same done with many leads."""

import pytest
from django.contrib.messages import get_messages

from leads.actions.claim import assign, claim
from leads.models import Lead, LeadEvent
from leads.models.lead_event import EventKind
from tests import broken
from tests.each import each


@pytest.fixture
def ids(db):
    for number in range(3):
        Lead.objects.advance(f"+9198765{number:05d}", EventKind.CODE_REQUESTED)
    return sorted(Lead.objects.values_list("pk", flat=True))


def send(browser, ids, **data):
    response = browser.post("/leads/bulk/", {"lead": ids, **data})
    told = " ".join(str(message) for message in get_messages(response.wsgi_request))
    return response, told


def test_managers_assign(ids, staff, sales_manager, browser_of):
    browser = browser_of(sales_manager)
    response, told = send(browser, ids, do="assign", agent=staff.pk, query="status=new&x=1")
    assert response["Location"] == "/leads/?status=new"
    assert told == "3 changed."
    assert Lead.objects.filter(owner=staff).count() == 3
    assert LeadEvent.objects.filter(kind=EventKind.ASSIGNED).count() == 3


def test_a_refusal_of_one_lead_stops_no_other(ids, staff, colleague, sales_manager, browser_of):
    claim(ids[0], actor=staff)
    assign(ids[1], colleague, actor=sales_manager)
    _, told = send(browser_of(staff), [*ids, 999999], do="status", status="contacted")
    assert told.startswith("1 changed, 3 not: ")
    assert "There is no such lead, or somebody else works on it. (2)" in told
    assert "Claim this lead first, so that nobody else calls at the same time. (1)" in told
    statuses = Lead.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == ["contacted", "new", "new"]


def test_an_error_of_one_lead_hides_no_change_of_the_others(ids, sales_manager, browser_of):
    broken.refuse_rows("leads_lead", f"NEW.id = {ids[1]} AND NEW.status = 'contacted'")
    for lead_id in ids:
        claim(lead_id, actor=sales_manager)
    response, told = send(browser_of(sales_manager), ids, do="status", status="contacted")
    assert response.status_code == 302
    assert told == (
        "2 changed, 1 not: Something went wrong on our side. Please try again in a moment. (1)"
    )
    assert Lead.objects.filter(status="contacted").count() == 2


def test_agents_do_not_assign(ids, staff, colleague, browser_of):
    response, _ = send(browser_of(staff), ids, do="assign", agent=colleague.pk)
    assert response.status_code == 403
    assert not Lead.objects.exclude(owner=None).exists()


@each(
    "data, words",
    [
        ({"lead": []}, "Check the leads first."),
        ({"lead": ["1"] * 101}, "Check at most 100 leads."),
        ({"lead": ["x"]}, "Something is wrong with the list of leads."),
        ({"lead": ["9" * 30]}, "Something is wrong with the list of leads."),
        ({"status": ""}, "Choose the status to set."),
        ({"status": "converted"}, "Choose from the list."),
        ({"do": "assign", "agent": ""}, "Choose whom to assign the leads to."),
        ({"do": "assign", "agent": "0"}, "Choose from the list."),
        ({"do": "dance"}, "Choose from the list."),
    ],
)
def test_a_form_that_is_not_valid_is_refused_with_a_reason(
    ids, sales_manager, browser_of, data, words
):
    sent = {"lead": ids, "do": "status", "status": "lost"} | data
    response = browser_of(sales_manager).post("/leads/bulk/", sent)
    assert response["Location"] == "/leads/"
    assert words in " ".join(str(message) for message in get_messages(response.wsgi_request))
    assert not Lead.objects.exclude(status="new").exists()


def test_leads_are_changed_by_post_only(sales_manager, browser_of):
    assert browser_of(sales_manager).get("/leads/bulk/").status_code == 405
