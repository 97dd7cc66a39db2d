"""Shifts, fresh leads by turn, and the badge of promised calls."""

from datetime import datetime, time, timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.timezone import localdate, make_aware

from accounts.models import User
from accounts.profile import flows as profile
from leads.actions import claim, contact
from leads.funnel import shifts
from leads.models import AgentShift, Lead
from tests.cast import PROFILE
from tests.leads.lead_page.test_page import text

HTMX = {"HX-Request": "true"}


@pytest.fixture
def agents(db):
    """Three on shift."""
    found = []
    for name in ("asha", "bala", "chitra"):
        agent = User.objects.create_user(name, password="x", is_staff=True)
        agent.groups.add(Group.objects.get(name="Sales agent"))
        shifts.toggle(agent, is_on=True)
        found.append(agent)
    return found


@pytest.fixture
def automatic(settings):
    settings.LEAD_AUTO_ASSIGN = True


def arrive(api, number, says_yes=True):
    phone_number = f"+91{9_000_000_000 + number * 1000}"
    api.post("/api/auth/signup", {"phone_number": phone_number, "contact_consent": says_yes})
    return Lead.objects.select_related("owner").get(phone_number=phone_number)


def owners(api, count, start=0):
    return [arrive(api, number).owner.username for number in range(start, start + count)]


def test_fresh_leads_go_round(agents, automatic, api, sms):
    assert owners(api, 7) == ["asha", "bala", "chitra", "asha", "bala", "chitra", "asha"]


def test_the_lead_says_who_got_it_and_that_it_was_by_turn(agents, automatic, api, sms):
    lead = arrive(api, 1)
    event = lead.events.latest("pk")
    assert (event.kind, event.actor) == ("assigned", None)
    assert event.data == {"agent": agents[0].pk, "automatic": True}
    assert lead.lease_ends_at > timezone.now() + timedelta(hours=11)


def test_an_agent_who_begins_another_shift_keeps_their_turn(agents, automatic, api, sms):
    assert owners(api, 2) == ["asha", "bala"]
    shifts.toggle(agents[2], is_on=False)
    assert owners(api, 2, 2) == ["asha", "bala"]
    shifts.toggle(agents[2], is_on=True)
    assert owners(api, 2, 4) == ["chitra", "asha"]


def test_only_active_agents_on_shift_get_leads(agents, automatic, api, sms):
    asha, bala, chitra = agents
    AgentShift.objects.filter(user=asha).update(
        started_at=timezone.now() - timedelta(hours=12, seconds=1)
    )
    User.objects.filter(pk=bala.pk).update(is_active=False)
    assert owners(api, 2) == ["chitra", "chitra"]
    chitra.groups.clear()
    assert arrive(api, 9).owner is None


def test_superusers_on_shift_take_part(manager, automatic, api, sms):
    shifts.toggle(manager, is_on=True)
    assert owners(api, 1) == ["mona"]


def test_a_known_lead_stays_where_it_is(agents, automatic, api, sms, travel):
    lead = arrive(api, 1)
    claim.release(lead.pk, actor=lead.owner)
    travel(3600)
    assert arrive(api, 1).owner is None


def test_who_may_not_be_called_is_nobody_s_until_they_say_yes(agents, automatic, api, sms, travel):
    assert arrive(api, 1, says_yes=None).owner is None
    assert arrive(api, 2, says_yes=False).owner is None
    travel(301)
    assert arrive(api, 1).owner.username == "asha"
    assert owners(api, 1, 3) == ["bala"], "nobody lost a turn"


def test_where_only_proven_people_count_the_proof_brings_the_lead(
    agents, automatic, api, sms, settings
):
    settings.LEAD_CONSENT_PROOF = "proven"
    lead = arrive(api, 1)
    assert lead.owner is None
    body = {"phone_number": lead.phone_number, "otp_code": sms.last_code(lead.phone_number)}
    api.post("/api/auth/verify-otp", body)
    assert Lead.objects.get(pk=lead.pk).owner.username == "asha"


def test_where_no_consent_is_asked_every_fresh_lead_is_assigned(
    agents, automatic, api, sms, settings
):
    settings.LEAD_CONSENT_REQUIRED = False
    assert arrive(api, 1, says_yes=None).owner.username == "asha"
    assert arrive(api, 2, says_yes=False).owner.username == "bala", "the no came after"


@pytest.mark.parametrize("required", [True, False])
@pytest.mark.parametrize("proof", ["claimed", "proven"])
def test_the_leads_that_may_be_called_are_those_that_say_so(
    api, sms, db, settings, required, proof
):
    settings.LEAD_CONSENT_REQUIRED, settings.LEAD_CONSENT_PROOF = required, proof
    for number, says_yes in enumerate([True, False, None]):
        arrive(api, number, says_yes)
    arrive(api, 4)
    Lead.objects.filter(phone_number__endswith="4000").update(consent_proof="proven")
    said = {lead.pk for lead in Lead.objects.all() if lead.may_be_contacted}
    assert set(Lead.objects.contactable().values_list("pk", flat=True)) == said


def test_automatic_assignment_that_is_off_costs_no_statement(agents, api, sms):
    with CaptureQueriesContext(connection) as captured:
        assert arrive(api, 1).owner is None
    assert not any("agentshift" in query["sql"] for query in captured)


def test_automatic_assignment_costs_three_statements(agents, automatic, api, sms):
    """Who is on shift, who of them may work leads, and whose turn it was."""
    with CaptureQueriesContext(connection) as captured:
        arrive(api, 1)
    assert sum("agentshift" in query["sql"] for query in captured) == 3


# --- The page


def test_a_shift_is_begun_and_ended_on_its_page(desk, staff):
    assert "You are off shift" in text(desk.get("/leads/shift/"))
    response = desk.post("/leads/shift/", {"on": "yes"}, follow=True)
    assert "You are on shift" in text(response)
    assert AgentShift.objects.get(user=staff).is_on
    assert "You are off shift" in text(desk.post("/leads/shift/", {"on": "no"}, follow=True))
    assert not AgentShift.objects.get(user=staff).is_on


def test_a_shift_ends_by_itself(desk, staff):
    shifts.toggle(staff, is_on=True)
    AgentShift.objects.update(started_at=timezone.now() - timedelta(hours=12))
    assert "You are off shift" in text(desk.get("/leads/shift/"))


def test_staff_who_work_no_leads_have_no_shift_and_no_badge(db, browser_of):
    browser = browser_of(User.objects.create_user("nina", password="x", is_staff=True))
    for response in (
        browser.get("/leads/shift/"),
        browser.post("/leads/shift/", {"on": "yes"}),
        browser.get("/leads/follow-ups/"),
    ):
        assert response.status_code == 403
    assert not AgentShift.objects.exists()
    page = browser.get("/django/admin/second-factor/").content
    assert b"Follow-ups" not in page


# --- The badge


def badge(browser, etag=None):
    headers = HTMX | ({"If-None-Match": etag} if etag else {})
    return browser.get("/leads/follow-ups/", headers=headers)


@pytest.fixture
def claimed(lead, staff):
    return claim.claim(lead.pk, actor=staff)


def promise(lead, staff, at):
    contact.set_follow_up(lead.pk, timezone.now() + timedelta(hours=1), actor=staff)
    Lead.objects.filter(pk=lead.pk).update(follow_up_at=at)


def end_of_today():
    return make_aware(datetime.combine(localdate(), time(23, 59, 59)))


def test_the_badge_counts_what_is_due_today_and_overdue(desk, claimed, staff):
    assert text(badge(desk)).strip() == ""
    promise(claimed, staff, end_of_today())
    assert text(badge(desk)).strip() == "1 due"
    promise(claimed, staff, timezone.now() - timedelta(minutes=1))
    assert text(badge(desk)).strip() == "1 due, 1 overdue"
    promise(claimed, staff, end_of_today() + timedelta(seconds=2))
    assert text(badge(desk)).strip() == ""


def test_the_badge_is_one_s_own(claimed, staff, colleague, browser_of):
    promise(claimed, staff, timezone.now())
    assert text(badge(browser_of(colleague))).strip() == ""


def test_the_badge_and_the_list_behind_it_agree(desk, claimed, staff):
    promise(claimed, staff, timezone.now() - timedelta(minutes=1))
    page = desk.get("/leads/?follow_up=promised")
    assert [lead.pk for lead in page.context["page"].leads] == [claimed.pk]


def test_a_promise_to_a_customer_is_over(desk, claimed, staff, api, sms, token_of):
    promise(claimed, staff, timezone.now())
    account = User.objects.get_or_create_verified(claimed.phone_number)
    profile.complete(account.pk, PROFILE)
    assert Lead.objects.get(pk=claimed.pk).follow_up_at is None
    assert text(badge(desk)).strip() == ""


def test_an_unchanged_badge_is_304_in_two_statements(desk, claimed, staff):
    etag = badge(desk)["ETag"]
    with CaptureQueriesContext(connection) as captured:
        assert badge(desk, etag).status_code == 304
    assert len(captured) <= 2
    promise(claimed, staff, timezone.now())
    changed = badge(desk, etag)
    assert changed.status_code == 200
    assert badge(desk, changed["ETag"]).status_code == 304


def test_the_badge_costs_other_pages_nothing(desk, staff):
    desk.get("/leads/shift/")
    with CaptureQueriesContext(connection) as captured:
        page = desk.get("/leads/shift/").content.decode()
    assert len(captured) == 2
    assert 'href="/leads/?follow_up=promised"' in page
    assert "Follow-ups" in page
