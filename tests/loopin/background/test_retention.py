"""`manage.py purge` removes what is kept only for a time, and nothing else."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.codes import challenge
from accounts.models import PhoneOTP, SecurityEvent, Session
from accounts.models.phone_otp import Purpose
from accounts.models.security_event import Kind
from leads.actions.status import change_status
from leads.models import Lead, LeadEvent, LeadNote
from leads.models.lead_choices import Status
from leads.models.lead_event import EventKind
from loopin.background import retention
from loopin.sql import execute
from tests.cast import ALICE, BOB, CAROL, DAVE

DAY = 24 * 60 * 60
KINDS = (
    *(
        "codes",
        "messages",
        "pending numbers",
        "notices",
        "outages of messages",
        "enrolments",
        "sessions",
        "rate counters",
        "guesses",
        "idempotency keys",
        "profile drafts",
    ),
    *("security events", "events of people"),
    *(
        "unverified leads",
        "names of people who said no",
        "exports",
        "imports",
        "columns of imports",
        "links to go on",
        "webhook deliveries",
    ),
)


def run(**options):
    written = StringIO()
    call_command("purge", stdout=written, **options)
    return written.getvalue()


@pytest.fixture
def kind_of():
    """`kind_of("codes")`: what is registered under the name."""
    return {kind.name: kind for kind in retention.registered}.__getitem__


@pytest.fixture
def age_leads():
    """`age_leads(days)`: leads and their timelines happened so much earlier.

    The timeline refuses changes; on a replica its trigger does not fire.
    """

    def back(days):
        earlier = [timedelta(days=days)]
        execute("SET session_replication_role = replica", [])
        execute("UPDATE leads_lead SET last_activity_at = last_activity_at - %s", earlier)
        execute("UPDATE leads_leadevent SET created_at = created_at - %s", earlier)
        execute("SET session_replication_role = DEFAULT", [])

    return back


def test_codes_go_a_day_after_they_expired(carol, travel):
    travel(600 + DAY - 5)
    assert "codes: 0 removed" in run()
    travel(10)
    assert "codes: 1 removed" in run()
    assert not PhoneOTP.objects.exists()
    assert Lead.objects.filter(phone_number=CAROL).exists()


def test_a_used_code_goes_with_its_expiry(api, sms, db, travel):
    challenge.issue(DAVE, Purpose.SIGN_IN, "4321")
    PhoneOTP.objects.update(consumed_at=timezone.now())
    travel(600 + DAY + 5)
    assert "codes: 1 removed" in run()


def test_sessions_go_30_days_after_they_ended(alice, token_of):
    now = timezone.now()
    ends = {
        "revoked 31 days ago": (now - timedelta(days=31), now + timedelta(days=5)),
        "revoked 29 days ago": (now - timedelta(days=29), now - timedelta(days=1)),
        "expired 31 days ago": (None, now - timedelta(days=31)),
        "expired 29 days ago": (None, now - timedelta(days=29)),
        "live": (None, now + timedelta(days=1)),
    }
    made = {}
    for name, (revoked_at, expires_at) in ends.items():
        made[name] = Session.objects.create(user=alice, expires_at=now + timedelta(days=1)).pk
        begun = now - timedelta(days=90)
        row = Session.objects.filter(pk=made[name])
        row.update(created_at=begun, revoked_at=revoked_at, expires_at=expires_at)
    assert "sessions: 2 removed" in run()
    left = set(Session.objects.values_list("pk", flat=True))
    assert left == {made[name] for name in ("revoked 29 days ago", "expired 29 days ago", "live")}


def test_security_events_go_with_their_month_after_their_retention(db, settings):
    SecurityEvent.objects.record(Kind.CODE_REFUSED, recipient=DAVE)
    SecurityEvent.objects.create(
        kind=Kind.SIGNED_IN, created_at=timezone.now() - timedelta(days=364)
    )
    old = timezone.now() - timedelta(days=365 + 31)
    SecurityEvent.objects.create(kind=Kind.SIGNED_IN, created_at=old)
    assert "security events: 1 removed" in run()
    assert SecurityEvent.objects.count() == 2
    settings.SECURITY_EVENT_RETENTION_DAYS = 300
    assert "security events: 1 removed" in run()


def test_idle_unverified_leads_go_with_their_timelines(carol, age_leads):
    age_leads(89)
    assert "unverified leads: 0 removed" in run()
    age_leads(2)
    assert "unverified leads: 1 removed" in run()
    assert not Lead.objects.exists()
    assert not LeadEvent.objects.exists()


def test_the_retention_of_leads_is_a_setting(carol, age_leads, settings):
    settings.LEAD_RETENTION_DAYS = 30
    age_leads(31)
    assert "unverified leads: 1 removed" in run()


def test_verified_leads_and_customers_stay(alice, bob, manager, carol, age_leads):
    for number in (ALICE, BOB):
        Lead.objects.advance(number, EventKind.PHONE_VERIFIED, is_verified=True)
    age_leads(5000)
    run()
    assert CAROL not in Lead.objects.values_list("phone_number", flat=True)
    assert {ALICE, BOB} <= set(Lead.objects.values_list("phone_number", flat=True))


def test_a_lead_that_staff_work_with_stays(carol, age_leads, manager):
    age_leads(91)
    change_status(Lead.objects.get().pk, Status.CONTACTED, actor=manager)
    assert "unverified leads: 0 removed" in run()


def test_the_wish_not_to_be_contacted_is_kept(carol, age_leads, manager):
    change_status(Lead.objects.get().pk, Status.DO_NOT_CONTACT, actor=manager)
    age_leads(91)
    assert "unverified leads: 0 removed" in run()


@pytest.mark.parametrize("ahead", [True, False])
def test_a_lead_with_a_promise_stays_kept_or_missed(carol, age_leads, manager, ahead):
    age_leads(91)
    hours = 24 if ahead else -24 * 91
    at = timezone.now() + timedelta(hours=hours)
    Lead.objects.update(follow_up_at=at, promised_by=manager)
    assert "unverified leads: 0 removed" in run()
    Lead.objects.update(follow_up_at=None)
    assert "unverified leads: 1 removed" in run()


def test_a_lead_that_somebody_holds_stays(carol, age_leads, manager):
    age_leads(91)
    hour = timedelta(hours=1)
    Lead.objects.update(owner=manager, lease_ends_at=timezone.now() + hour)
    assert "unverified leads: 0 removed" in run()
    Lead.objects.update(lease_ends_at=timezone.now() - hour)
    assert "unverified leads: 1 removed" in run()


@pytest.mark.parametrize("how", ["staff", "person"])
def test_of_a_no_stays_the_number_and_the_no_and_nothing_else(carol, age_leads, manager, how):
    lead = Lead.objects.get()
    if how == "staff":
        note = "Asha's mother answers"
        change_status(lead.pk, Status.DO_NOT_CONTACT, actor=manager, note=note)
    else:
        Lead.objects.update(refused_at=timezone.now())
    Lead.objects.update(name="Carol Sen", email="carol@example.com", is_name_claimed=True)
    refused_at = Lead.objects.get().refused_at
    assert "names of people who said no: 0 removed" in run()
    age_leads(91)
    assert "names of people who said no: 1 removed" in run()
    assert "names of people who said no: 0 removed" in run()
    lead.refresh_from_db()
    assert (lead.phone_number, lead.refused_at) == (CAROL, refused_at)
    assert (lead.name, lead.email, lead.is_name_claimed) == ("", "", False)
    assert not LeadNote.objects.exists()


def test_a_second_run_removes_nothing(carol, alice, token_of, travel, age_leads):
    token_of(alice)
    travel(61 * DAY)
    age_leads(91)
    first = run()
    assert "codes: 1 removed" in first
    assert "sessions: 1 removed" in first
    assert "unverified leads: 1 removed" in first
    assert run().splitlines() == [f"{kind}: 0 removed" for kind in KINDS]


def test_a_dry_run_counts_and_removes_nothing(carol, travel, age_leads):
    travel(2 * DAY)
    age_leads(91)
    said = run(dry_run=True)
    assert "codes: 1 would be removed" in said
    assert "unverified leads: 1 would be removed" in said
    assert PhoneOTP.objects.count() == Lead.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_interrupted_run_loses_and_leaves_nothing(travel, kind_of):
    """Stopped after two batches, what they removed is gone; the next run removes the rest."""
    for number in range(25):
        challenge.issue(f"+9198000000{number:02d}", Purpose.SIGN_IN, "4321")
    travel(2 * DAY)
    challenge.issue(DAVE, Purpose.SIGN_IN, "4321")
    batches = kind_of("codes").batches(10)
    assert [next(batches), next(batches)] == [10, 10]
    batches.close()
    assert PhoneOTP.objects.count() == 6
    assert "codes: 5 removed" in run()
    assert PhoneOTP.objects.get().recipient == DAVE


@pytest.mark.django_db(transaction=True)
def test_a_batch_that_fails_removes_nothing(carol, age_leads):
    """The timeline goes first; if the lead cannot follow, the timeline is back."""
    age_leads(91)

    def fail(rows):
        rows.erase()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(retention.RetentionRule("leads", Lead.objects.past_retention, fail).batches())
    assert Lead.objects.get().events.count() == 1
