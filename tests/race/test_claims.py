"""Many at once on one lead, and on fresh ones: one holder, no circle, everybody's turn."""

from collections import Counter

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.signin import flows as signin
from leads.actions import claim, verify
from leads.funnel import shifts
from leads.models import Lead, ResumeLink
from leads.models.lead_event import EventKind
from leads.resume import flows as resume
from tests.cast import DAVE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("race")]

THREADS = 50


@pytest.fixture
def lead(api, sms):
    api.post("/api/auth/signup", {"phone_number": DAVE})
    Lead.objects.update(consent_at=timezone.now(), consent_version="2026-11")
    return Lead.objects.get()


@pytest.fixture
def agents(db):
    """`agents(50)`: so many sales agents."""

    def make(count):
        found = []
        for number in range(count):
            agent = User.objects.create_user(f"agent{number:02}", is_staff=True)
            agent.groups.add(Group.objects.get(name="Sales agent"))
            found.append(agent)
        return found

    return make


def outcomes(results):
    return Counter(type(result).__name__ for result in results)


def test_of_fifty_claims_at_once_one_wins_and_the_others_hear_of_it(lead, agents, together):
    team = agents(THREADS)
    results = together(THREADS, lambda n: claim.claim(lead.pk, actor=team[n]))
    assert outcomes(results) == {"Lead": 1, "AlreadyClaimed": THREADS - 1}
    winner = Lead.objects.get().owner
    assert {str(result) for result in results if not isinstance(result, Lead)} == {
        f"{winner.username} works on this lead."
    }
    assert lead.events.filter(kind=EventKind.CLAIMED).count() == 1


def test_claiming_vouching_and_signing_in_at_once_do_not_wait_in_a_circle(
    lead, agents, sales_manager, sms, together
):
    team = agents(10)
    code = sms.last_code(DAVE)

    def work(number):
        if number % 3 == 0:
            return claim.claim(lead.pk, actor=team[number // 3])
        if number % 3 == 1:
            return verify.verify_by_hand(lead.pk, "Saw the passport", actor=sales_manager)
        return signin.verify_code(DAVE, code)

    seen = outcomes(together(30, work))
    assert seen["SignedIn"] == 1
    assert not set(seen) - {
        *("SignedIn", "Lead", "AlreadyClaimed", "AlreadyVerified"),
        *("CodeNotFound", "AttemptsExceeded", "WrongCode"),
    }
    assert lead.events.filter(kind=EventKind.CLAIMED).count() == 1
    lead.refresh_from_db()
    assert lead.user.phone_number == DAVE
    assert lead.verified_at is not None


def test_undoing_and_signing_in_at_once_leave_a_consistent_lead(lead, sales_manager, sms, together):
    verify.verify_by_hand(lead.pk, "Saw the passport", actor=sales_manager)
    code = sms.last_code(DAVE)

    def work(number):
        if number == 0:
            return verify.undo_verification(lead.pk, actor=sales_manager)
        return signin.verify_code(DAVE, code)

    undone, signed_in = together(2, work)
    assert type(signed_in).__name__ == "SignedIn", signed_in
    assert type(undone).__name__ in ("Lead", "CannotUndo"), undone
    lead.refresh_from_db()
    assert lead.user_id == signed_in.account.pk
    assert lead.user.is_verified


def test_fresh_leads_at_once_go_to_everybody_before_anybody_gets_a_second(
    agents, api, sms, settings, together
):
    settings.LEAD_AUTO_ASSIGN = True
    settings.SMS_PER_IP = 1000
    team = agents(6)
    for agent in team:
        shifts.toggle(agent, is_on=True)

    def arrive(number):
        phone_number = f"+91{9_000_000_000 + number * 1000}"
        body = {"phone_number": phone_number, "contact_consent": True}
        return Client().post("/api/auth/signup", body, "application/json").status_code

    for leads in (6, 12, 21):
        Lead.objects.exclude(owner=None).update(owner=None, lease_ends_at=None)
        start = Lead.objects.count()
        results = together(leads, lambda n, start=start: arrive(start + n))
        assert results == [200] * leads
        given = Counter(Lead.objects.exclude(owner=None).values_list("owner", flat=True))
        assert sum(given.values()) == leads
        assert max(given.values()) - min(given.values()) <= 1
        assert len(given) == len(team)


def test_a_link_opened_many_times_at_once_is_used_once(lead, staff, sms, together):
    claim.claim(lead.pk, actor=staff)
    token = resume.create(lead.pk, actor=staff, by_sms=False).split("/")[-2]
    results = together(10, lambda n: resume.use(token))
    assert outcomes(results) == {"str": 1, "LinkUnusable": 9}
    assert ResumeLink.objects.get().used_at is not None
    assert lead.events.filter(kind=EventKind.RESUMED).count() == 1
