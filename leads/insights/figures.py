"""The figures people look at: tables, of which most are also drawn."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from leads.insights.counts import Agent, Cohort, Counts, counts_of
from leads.insights.measures import (
    CONTACTED_IN,
    FIRST_CONTACT,
    MEASURES,
    STAGES,
    STOPPED_BY,
    VERIFIED_IN,
)
from leads.insights.period import Period
from leads.insights.rollups import refresh_for_reader
from leads.insights.tables import Chart, Row, Table, outcomes, share, shares
from leads.models.lead import Source
from leads.models.lead_event import CallOutcome, EventKind

OUTCOMES = ("Leads", "Verified", "Complete", "% complete")
NOT_ACCEPTED = ("undeliverable", "sms_unavailable")
"""Why the provider took no message, so that none is paid for (accounts/errors.py)."""

NOBODY = dict.fromkeys(MEASURES, 0)
STEPS_OF_DAYS_DRAWN_AS_BARS = 14

ACTIVITY = {
    "Claimed": EventKind.CLAIMED,
    "Notes": EventKind.NOTED,
    "Status changes": EventKind.STATUS_CHANGED,
    "Numbers seen": EventKind.REVEALED,
    "Links sent": EventKind.LINK_SENT,
    "Verified by hand": EventKind.VERIFIED_BY_HAND,
    "Leads imported": EventKind.IMPORTED,
    "Leads exported": EventKind.EXPORTED,
}


@dataclass(frozen=True)
class Figures:
    as_of: datetime | None
    tables: list[Table]

    @property
    def drawings(self) -> list[dict[str, object]]:
        return [table.drawing for table in self.tables if table.chart and table.rows]


def figures_of(period: Period) -> Figures:
    """Bring the counts up to date if they are old, and read them."""
    refresh_for_reader()
    counts = counts_of(period)
    tables = [
        _funnel(counts.total),
        _messages(counts),
        _days(counts, period),
        _time_to_verify(counts.total),
        _stops(counts.total),
        _sources(counts),
        _countries(counts),
        _first_contact(counts.total),
        _time_to_contact(counts.total),
        _agents(counts.agents),
    ]
    return Figures(counts.as_of, tables)


def _funnel(total: Cohort) -> Table:
    rows: list[Row] = []
    before = total["requested"]
    for name, label in STAGES.items():
        count = total[name]
        rows.append((label, count, share(count, total["requested"]), share(count, before)))
        before = count
    return Table(
        "funnel",
        "Funnel",
        ("Came as far as", "Leads", "% of all", "% of the step before"),
        rows,
        "Each step includes those who came further.",
        Chart("rows"),
    )


def _days(counts: Counts, period: Period) -> Table:
    days = [(day.isoformat(), counts.by_day.get(day, NOBODY)) for day in period.days]
    return Table(
        "days",
        "Conversions per day",
        ("First seen on", *OUTCOMES),
        outcomes(days),
        "What became of the leads of each day so far. Days are those of India (Asia/Kolkata).",
        Chart("bar" if len(days) <= STEPS_OF_DAYS_DRAWN_AS_BARS else "line", (1, 2, 3)),
    )


def _time_to_verify(total: Cohort) -> Table:
    labels = {name: label for name, (_, label) in VERIFIED_IN.items()}
    return Table(
        "time_to_verify",
        "Time to verify",
        ("From first seen to verified", "Leads", "% of verified"),
        shares(labels, total),
        chart=Chart("rows"),
    )


def _stops(total: Cohort) -> Table:
    rows = sorted(shares(STOPPED_BY, total), key=lambda row: -int(row[1] or 0))
    return Table(
        "stops",
        "What stopped people",
        ("Before they verified", "Leads", "% of not verified"),
        rows,
        chart=Chart("rows"),
    )


def _sources(counts: Counts) -> Table:
    cohorts = [
        (str(source.label), counts.by_source[source.value])
        for source in Source
        if source.value in counts.by_source
    ]
    return Table(
        "sources",
        "Sources",
        ("Came by", *OUTCOMES),
        outcomes(cohorts),
        chart=Chart("rows", (1, 2, 3)),
    )


def _countries(counts: Counts) -> Table:
    cohorts = sorted(counts.by_country.items(), key=lambda pair: (-pair[1]["requested"], pair[0]))
    return Table(
        "countries",
        "Countries",
        ("Country of the number", *OUTCOMES),
        outcomes((country or "Unknown", cohort) for country, cohort in cohorts),
        chart=Chart("rows", (1, 2, 3), most_rows=8),
    )


def _first_contact(total: Cohort) -> Table:
    minutes = settings.LEAD_FIRST_CONTACT_MINUTES
    return Table(
        "first_contact",
        "First contact",
        (f"Called within {minutes} min", "Leads", "%"),
        shares(FIRST_CONTACT, total),
        "Without those who became customers before a call, or may not be called.",
        Chart("rows"),
    )


def _time_to_contact(total: Cohort) -> Table:
    labels = {name: label for name, (_, label) in CONTACTED_IN.items()}
    return Table(
        "time_to_contact",
        "Time to first contact",
        ("From first seen to first call", "Leads", "% of called"),
        shares(labels, total),
        chart=Chart("rows"),
    )


def _messages(counts: Counts) -> Table:
    asked = sum(counts.events[key] for key in counts.events if key[0] == EventKind.CODE_REQUESTED)
    refused = sum(counts.events[EventKind.CODE_UNDELIVERED, reason] for reason in NOT_ACCEPTED)
    links = counts.events[EventKind.LINK_SENT, "sms"]
    sent, verified = asked - refused + links, counts.total["verified"]
    rows: list[Row] = [
        ("Messages sent", sent),
        ("Leads verified", verified),
        ("Messages per verified lead", round(sent / verified, 2) if verified else None),
    ]
    if settings.SMS_PRICE:
        cost = float(sent * settings.SMS_PRICE)
        currency = settings.SMS_CURRENCY
        rows.append((f"Cost of messages, {currency}", round(cost, 2)))
        each = round(cost / verified, 2) if verified else None
        rows.append((f"Cost per verified lead, {currency}", each))
    return Table(
        "messages",
        "Messages",
        ("Counted", "Number"),
        rows,
        "Sent to leads in these days; a message the provider did not take is not counted.",
    )


def _agents(agents: list[Agent]) -> Table:
    calls = [str(outcome.label) for outcome in CallOutcome]
    rows: list[Row] = [(agent.name, *_activity(agent)) for agent in agents]
    return Table(
        "agents",
        "Agents",
        ("Name", "Calls", *calls, *ACTIVITY),
        rows,
        "What each did in these days, whenever the leads came.",
    )


def _activity(agent: Agent) -> list[int]:
    calls = [agent.events[EventKind.CALLED, outcome.value] for outcome in CallOutcome]
    others = [
        sum(count for (done, _), count in agent.events.items() if done == kind)
        for kind in ACTIVITY.values()
    ]
    return [sum(calls), *calls, *others]
