"""Promised calls: who is told of them, and when they are kept or dropped."""

from datetime import timedelta

import pytest
from django.utils import timezone

from leads.actions import claim, contact
from leads.actions.status import change_status
from leads.models import Lead
from leads.models.lead_choices import Status
from leads.models.lead_consent import Proof
from leads.models.lead_event import CallOutcome, EventKind
from loopin.times.days import end_of_today
from tests.each import each, taken_back


@pytest.fixture
def promised(lead, staff):
    """Sam promised to call, and missed it; the claim has run out."""
    claim.claim(lead.pk, actor=staff)
    contact.set_follow_up(lead.pk, timezone.now() + timedelta(hours=1), actor=staff)
    past = timezone.now() - timedelta(hours=13)
    ends = past + timedelta(hours=12)
    Lead.objects.update(follow_up_at=past, lease_ends_at=ends, consent_proof="claimed")
    lead.refresh_from_db()
    return lead


def told(user, browser_of):
    """What the badge says to somebody, and how many leads are in the list behind it."""
    browser = browser_of(user)
    badge = browser.get("/leads/follow-ups/")
    listed = browser.get("/leads/?follow_up=promised").context["page"].leads
    assert len(listed) == (badge.context["due"] if badge.context else 0)
    return len(listed)


def test_a_missed_promise_stays_with_its_maker_and_managers(
    promised, staff, colleague, sales_manager, browser_of
):
    assert told(staff, browser_of) == told(sales_manager, browser_of) == 1
    assert told(colleague, browser_of) == 0


def test_a_colleague_s_claim_hides_no_promise_from_its_maker(
    promised, staff, colleague, sales_manager, browser_of
):
    claim.claim(promised.pk, actor=colleague)
    people = (staff, colleague, sales_manager)
    assert [told(who, browser_of) for who in people] == [1, 1, 1]
    assert browser_of(staff).get(f"/leads/{promised.pk}/").status_code == 200
    contact.log_call(promised.pk, CallOutcome.NO_ANSWER, actor=colleague)
    assert [told(who, browser_of) for who in people] == [0, 0, 0]
    assert browser_of(staff).get(f"/leads/{promised.pk}/").status_code == 404


def test_a_promise_goes_along_when_the_lead_is_handed_over(
    promised, staff, colleague, sales_manager, browser_of
):
    claim.assign(promised.pk, colleague, actor=sales_manager)
    assert Lead.objects.get().promised_by == colleague
    assert [told(who, browser_of) for who in (staff, colleague)] == [0, 1]


def test_letting_go_of_a_lead_breaks_no_promise(promised, staff, browser_of):
    claim.claim(promised.pk, actor=staff)
    claim.release(promised.pk, actor=staff)
    assert told(staff, browser_of) == 1


DROPS = {
    "removed": lambda lead, who: contact.set_follow_up(lead.pk, None, actor=who),
    "lost": lambda lead, who: change_status(lead.pk, Status.LOST, actor=who),
    "unwanted": lambda lead, who: change_status(lead.pk, Status.DO_NOT_CONTACT, actor=who),
    "called": lambda lead, who: contact.log_call(lead.pk, CallOutcome.BUSY, actor=who),
    "refused": lambda lead, who: Lead.objects.answer(
        Proof.PROVEN, phone_number=lead.phone_number, contact_consent=False
    ),
    "refused by a list": lambda lead, who: Lead.objects.update(
        consent_at=None, refused_at=timezone.now(), consent_proof="import"
    ),
    "a customer": lambda lead, who: Lead.objects.advance(
        lead.phone_number, EventKind.PROFILE_COMPLETED, is_converted=True
    ),
    "deleted": lambda lead, who: Lead.objects.forget(user_id=None, phone_number=lead.phone_number),
}


@each("drop", DROPS)
def test_a_promise_is_over(promised, staff, sales_manager, browser_of, drop):
    claim.claim(promised.pk, actor=staff)
    drop(promised, staff)
    lead = Lead.objects.get()
    assert (lead.follow_up_at, lead.promised_by) == (None, None)
    assert told(staff, browser_of) == told(sales_manager, browser_of) == 0


def test_a_call_keeps_what_is_due_today_and_nothing_later(lead, staff):
    claim.claim(lead.pk, actor=staff)
    for at, is_kept in ((end_of_today(), True), (end_of_today() + timedelta(hours=1), False)):
        with taken_back():
            contact.set_follow_up(lead.pk, at - timedelta(seconds=1), actor=staff)
            contact.log_call(lead.pk, CallOutcome.REACHED, actor=staff)
            after = Lead.objects.get()
            assert (after.follow_up_at is None) is is_kept
            assert after.status == ("contacted" if is_kept else "follow_up")


def test_a_call_back_takes_the_place_of_the_promise(promised, staff):
    claim.claim(promised.pk, actor=staff)
    later = timezone.now() + timedelta(days=2)
    contact.log_call(promised.pk, CallOutcome.CALL_BACK, actor=staff, call_back_at=later)
    lead = Lead.objects.get()
    assert (lead.follow_up_at, lead.promised_by, lead.status) == (later, staff, "follow_up")


def test_what_a_manager_sets_is_the_promise_of_whoever_holds_the_lead(lead, staff, sales_manager):
    later = timezone.now() + timedelta(hours=1)
    contact.set_follow_up(lead.pk, later, actor=sales_manager)
    assert Lead.objects.get().promised_by == sales_manager
    claim.claim(lead.pk, actor=staff)
    contact.set_follow_up(lead.pk, later, actor=sales_manager)
    assert Lead.objects.get().promised_by == staff


def test_a_follow_up_of_a_list_is_promised_by_who_claims_it(lead, staff):
    Lead.objects.update(follow_up_at=timezone.now())
    claim.claim(lead.pk, actor=staff)
    assert Lead.objects.get().promised_by == staff
