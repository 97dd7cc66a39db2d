"""One lead's page: what it shows to whom, its timeline, and that it notices what changes."""

import re
from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from leads.actions import claim, contact, forget, status, verify
from leads.lead_page.page import EVENTS_PER_PAGE
from leads.models import Lead, LeadEvent
from leads.models.lead_choices import Status
from leads.models.lead_event import CallOutcome, EventKind
from tests.cast import ALICE, CAROL
from tests.each import each
from tests.leads.conftest import HTMX

MASKED = "+91 ••••• ••678"


def shown(browser, lead, **query):
    return browser.get(f"/leads/{lead.pk}/", query, headers=HTMX)


def text(response):
    """What a reader reads."""
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", words)


def timeline(response):
    return [line.what for line in response.context["lead_page"].lines]


def test_a_page_of_its_own_and_a_fragment_show_the_same(desk, lead):
    page = desk.get(f"/leads/{lead.pk}/")
    fragment = shown(desk, lead)
    assert b"<html" in page.content
    assert b"<html" not in fragment.content
    assert fragment.content.strip().startswith(b"<section")
    for response in (page, fragment):
        assert MASKED in text(response)
        assert CAROL[3:] not in response.content.decode()
        assert response["ETag"] == page["ETag"]


def test_the_page_shows_the_facts_of_a_lead(desk, lead, staff):
    Lead.objects.update(name="Carol Rao", email="carol@example.com")
    seen = text(shown(desk, lead))
    for words in ("Carol Rao", "carol@example.com", "Code requested", "New", "No code typed"):
        assert words in seen
    assert "to notice 2026-11" in seen
    assert "App, IN" in seen
    assert "Nobody holds this lead" in seen
    assert "Due by" in seen


def test_the_number_and_its_links_appear_when_the_owner_reveals_it(desk, lead, staff, colleague):
    claim.claim(lead.pk, actor=staff)
    assert "tel:" not in shown(desk, lead).content.decode()
    contact.reveal(lead.pk, actor=staff)
    page = shown(desk, lead).content.decode()
    assert f'href="tel:{CAROL}"' in page
    assert f'href="https://wa.me/{CAROL[1:]}"' in page
    assert "1 number looked at today" in page


def test_a_manager_sees_the_owner_of_a_lead_and_no_number(lead, staff, sales_manager, browser_of):
    claim.claim(lead.pk, actor=staff)
    contact.reveal(lead.pk, actor=staff)
    page = shown(browser_of(sales_manager), lead)
    assert "sam holds this lead until" in text(page)
    assert MASKED in text(page)
    assert CAROL[3:] not in page.content.decode()


def test_another_agent_gets_404_for_a_claimed_lead(lead, staff, colleague, browser_of):
    claim.claim(lead.pk, actor=staff)
    Lead.objects.update(name="Carol Rao")
    for headers in ({}, HTMX):
        response = browser_of(colleague).get(f"/leads/{lead.pk}/", headers=headers)
        assert response.status_code == 404
        assert "sam has it" in text(response)
        assert "Carol" not in text(response)
        assert MASKED not in text(response)


@each("lead_id", [0, 999_999, 10**18, 10**30])
def test_an_unknown_lead_is_404(desk, db, lead_id):
    assert desk.get(f"/leads/{lead_id}/").status_code == 404
    assert desk.post(f"/leads/{lead_id}/claim/").status_code == 404
    assert desk.post(f"/leads/{lead_id}/note/", {"text": "x"}).status_code == 404


def test_without_consent_it_says_no_contact(desk, lead, staff):
    Lead.objects.update(consent_at=None, consent_version="")
    claim.claim(lead.pk, actor=staff)
    page = shown(desk, lead)
    assert "No contact" in text(page)
    assert "did not agree to be contacted" in text(page)
    assert b"act-call" not in page.content
    assert b"act-reveal" not in page.content


def test_only_those_who_may_open_accounts_get_the_link_to_one(
    alice, sales_manager, manager, browser_of
):
    lead = Lead.objects.get(phone_number=ALICE)
    link = f"/django/admin/accounts/user/{alice.pk}/change/".encode()
    assert link in shown(browser_of(manager), lead).content
    assert link not in shown(browser_of(sales_manager), lead).content


def test_a_customer_offers_nothing_to_do(alice, desk):
    page = shown(desk, Lead.objects.get(phone_number=ALICE))
    assert b"<form" not in page.content
    assert "Profile complete" in text(page)


def test_every_line_of_the_timeline_is_in_words(
    desk, lead, staff, colleague, sales_manager, api, sms
):
    later = timezone.now() + timedelta(hours=3)
    Lead.objects.note(CAROL, EventKind.CODE_UNDELIVERED, {"reason": "landline"})
    Lead.objects.note(CAROL, EventKind.CODE_REFUSED)
    claim.claim(lead.pk, actor=staff)
    contact.log_call(lead.pk, CallOutcome.NO_ANSWER, actor=staff, note="Rang <twice>")
    contact.log_call(lead.pk, CallOutcome.CALL_BACK, actor=staff, call_back_at=later)
    contact.set_follow_up(lead.pk, None, actor=staff)
    status.change_status(lead.pk, Status.LOST, actor=staff, note="Moved abroad")
    claim.assign(lead.pk, staff, actor=sales_manager)
    seen = text(shown(desk, lead))
    local = timezone.localtime(later)
    for words in (
        "The person",
        "Loopin",
        "The code could not be delivered: it is a landline",
        "Typed a wrong code",
        "Called: No answer",
        "Rang &lt;twice&gt;",
        f"Called: Call back later, at {local.day} {local:%b %Y, %H:%M}",
        "Set a follow-up: no more",
        "Changed the status: from Follow-up to Lost",
        "Moved abroad",
        "hari",
        "Assigned: to sam",
    ):
        assert words in seen


def test_unknown_data_of_an_event_breaks_no_page(desk, lead):
    for data in ({"reason": "x_y"}, {"at": "junk"}, {"agent": 10**9}, {"to": "gone"}, {"new": [1]}):
        LeadEvent.objects.create(lead=lead, kind=EventKind.ASSIGNED, data=data)
    seen = text(shown(desk, lead))
    assert "x y" in seen
    assert "to somebody who left" in seen


def test_older_lines_are_a_page_away_and_none_is_missed(desk, lead, staff):
    claim.claim(lead.pk, actor=staff)
    for number in range(EVENTS_PER_PAGE + 5):
        contact.write_note(lead.pk, f"note {number}", actor=staff)
    first = shown(desk, lead)
    rest = shown(desk, lead, before=first.context["lead_page"].next_before)
    assert len(timeline(first)) == EVENTS_PER_PAGE
    assert len(timeline(first) + timeline(rest)) == lead.events.count()
    assert timeline(rest)[-1] == "Asked for a code"
    assert rest.context["lead_page"].next_before is None
    assert b"Older" in first.content
    assert b"Newest" in rest.content
    assert timeline(shown(desk, lead, before="junk")) == timeline(first)
    assert first["ETag"] != rest["ETag"]


# --- Live


def poll(browser, lead, etag):
    return browser.get(f"/leads/{lead.pk}/", headers=HTMX | {"If-None-Match": etag})


def test_an_unchanged_lead_answers_304_and_a_changed_one_200(desk, lead, staff):
    etag = shown(desk, lead)["ETag"]
    assert poll(desk, lead, etag).status_code == 304
    claim.claim(lead.pk, actor=staff)
    response = poll(desk, lead, etag)
    assert response.status_code == 200
    assert response["ETag"] != etag
    assert poll(desk, lead, response["ETag"]).status_code == 304


def test_a_change_by_time_alone_shows_at_the_next_poll(desk, lead, staff, settings):
    settings.LEAD_FIRST_CONTACT_MINUTES = 1
    etag = shown(desk, lead)["ETag"]
    long_ago = timezone.now() - timedelta(minutes=2)
    Lead.objects.update(created_at=long_ago)
    assert "Call overdue" in text(poll(desk, lead, etag))


def test_a_lease_that_runs_out_changes_the_etag_by_itself(desk, lead, staff):
    claim.claim(lead.pk, actor=staff)
    etag = shown(desk, lead)["ETag"]
    Lead.objects.update(lease_ends_at=timezone.now())
    lead_page = shown(desk, lead).context["lead_page"]
    assert lead_page.etag() != etag
    assert not lead_page.is_owner


def test_a_role_taken_away_ends_it_at_the_next_poll(desk, lead, staff):
    etag = shown(desk, lead)["ETag"]
    staff.groups.clear()
    response = poll(desk, lead, etag)
    assert response.status_code == 403
    assert MASKED not in text(response)


def test_a_lead_somebody_else_took_leaves_the_screen(desk, lead, colleague):
    etag = shown(desk, lead)["ETag"]
    claim.claim(lead.pk, actor=colleague)
    response = poll(desk, lead, etag)
    assert response.status_code == 404
    assert MASKED not in text(response)


def test_a_forgotten_person_leaves_the_screen(lead, sales_manager, browser_of):
    browser = browser_of(sales_manager)
    etag = shown(browser, lead)["ETag"]
    forget.forget(lead.pk, actor=sales_manager)
    assert poll(browser, lead, etag).status_code == 404


def statements(call):
    with CaptureQueriesContext(connection) as captured:
        call()
    return len(captured)


def test_a_full_page_is_six_statements_and_an_unchanged_one_two(desk, lead, staff, sales_manager):
    """A full page at most six, an unchanged lead two."""
    verify.verify_by_hand(lead.pk, "Saw the passport", actor=sales_manager)
    claim.assign(lead.pk, staff, actor=sales_manager)
    contact.reveal(lead.pk, actor=staff)
    for number in range(EVENTS_PER_PAGE + 5):
        contact.write_note(lead.pk, f"note {number}", actor=staff)
    claim.assign(lead.pk, staff, actor=staff)
    contact.reveal(lead.pk, actor=staff)
    etag = shown(desk, lead)["ETag"]
    assert statements(lambda: shown(desk, lead)) <= 6
    assert statements(lambda: desk.get(f"/leads/{lead.pk}/")) <= 6
    assert statements(lambda: poll(desk, lead, etag)) <= 2
