"""What tests of the figures share: counting by other means, and something to count."""

from collections import Counter, defaultdict
from zoneinfo import ZoneInfo

from django.conf import settings

from leads.insights import rollups
from leads.insights.measures import CONTACTED_IN, MEASURES, STAGES, VERIFIED_IN
from leads.models import EventCount, Lead, LeadCohort, LeadEvent, StaleDay
from leads.models.lead_choices import DROP_OFFS, NO_ATTEMPT, Stage, Status
from leads.models.lead_event import EventKind
from loopin.sql import execute, fetch_row
from tests.waiting import eventually

INDIA = ZoneInfo("Asia/Kolkata")
DETAILS = {
    "called": "outcome",
    "code_undelivered": "reason",
    "status_changed": "to",
    "link_sent": "channel",
}
LEFT = """
SELECT count(*) FROM leads_leadevent, leads_rollupstate AS state
WHERE leads_leadevent.id > state.position
"""


def catch_up():
    """Refresh until everything is counted: open transactions of other tests hold counts back."""
    eventually(is_all_counted, failure="the counts did not catch up")


def is_all_counted():
    """Whether nothing is left, after one more refresh."""
    rollups.refresh()
    return not fetch_row(LEFT, [])[0] and not StaleDay.objects.exists()


def counted():
    """What the rollups say: counts of leads by day, source and country, and of events."""
    cohorts = defaultdict(Counter)
    for row in LeadCohort.objects.values():
        counts = {name: row[name] for name in MEASURES if row[name]}
        cohorts[row["day"], row["source"], row["country"]].update(counts)
    events = Counter()
    for row in EventCount.objects.exclude(count=0).values():
        events[row["day"], row["kind"], row["detail"], row["actor_id"]] += row["count"]
    return dict(cohorts), dict(events)


def facts():
    """The same of what exists, counted one by one in Python."""
    cohorts = defaultdict(Counter)
    for lead in Lead.objects.all():
        key = lead.created_at.astimezone(INDIA).date(), lead.source, lead.country
        cohorts[key].update(_measures_of(lead))
    events = Counter()
    for event in LeadEvent.objects.all():
        detail = event.data.get(DETAILS.get(event.kind, ""), "")
        day = event.created_at.astimezone(INDIA).date()
        events[day, event.kind, detail, event.actor_id] += 1
    return dict(cohorts), dict(events)


def _measures_of(lead):
    names = list(STAGES)[: Stage.values.index(lead.stage) + 1]
    if lead.verified_at is None:
        assert (lead.trouble or NO_ATTEMPT) in DROP_OFFS
        names.append(f"stopped_{lead.trouble or NO_ATTEMPT}")
    for steps, moment in ((VERIFIED_IN, lead.verified_at), (CONTACTED_IN, lead.first_contacted_at)):
        if moment is not None:
            took = (moment - lead.created_at).total_seconds()
            names.append(next(n for n, (end, _) in steps.items() if end is None or took <= end))
    return [*names, *_first_contact(lead)]


def _first_contact(lead):
    if lead.first_contacted_at:
        took = (lead.first_contacted_at - lead.created_at).total_seconds()
        in_time = took <= settings.LEAD_FIRST_CONTACT_MINUTES * 60
        return ["contacted_in_time" if in_time else "contacted_late"]
    is_open = lead.phone_number and not lead.converted_at
    may_call = lead.status != Status.DO_NOT_CONTACT and (
        lead.has_consent or not settings.LEAD_CONSENT_REQUIRED
    )
    may_call = may_call and not lead.refused_at
    return ["contact_missing"] if is_open and may_call else []


def stock_the_desk(count=60):
    """Leads of the last weeks that came this far and that."""
    for number in range(count):
        phone_number = f"+91980000{number:04d}"
        steps = [
            lambda p: Lead.objects.note(p, EventKind.CODE_DELIVERED, is_delivered=True),
            lambda p: Lead.objects.note(
                p, EventKind.CODE_REFUSED, trouble="wrong_code", is_attempted=True
            ),
            lambda p: Lead.objects.advance(p, EventKind.PHONE_VERIFIED, is_verified=True),
            lambda p: Lead.objects.advance(p, EventKind.PROFILE_COMPLETED, is_converted=True),
        ]
        source = "api" if number % 3 else "web"
        Lead.objects.advance(
            phone_number, EventKind.CODE_REQUESTED, source=source, contact_consent=True
        )
        for step in steps[: number % 5]:
            step(phone_number)
    execute(
        "UPDATE leads_lead SET created_at = created_at - make_interval(days => (id %% 25)::int)", []
    )


def rows(table):
    return {row[0]: row[1:] for row in table.rows}


def request_code(phone_number, source="web"):
    Lead.objects.advance(
        phone_number, EventKind.CODE_REQUESTED, source=source, contact_consent=True
    )
    return Lead.objects.get(phone_number=phone_number)
