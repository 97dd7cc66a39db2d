"""The tables of the insights, of which most also have a chart."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

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
from leads.models.lead_choices import Source
from leads.models.lead_event import CallOutcome, EventKind

OUTCOMES = (_("Leads"), _("Verified"), pgettext_lazy("leads", "Complete"), _("Complete, %"))
NOT_ACCEPTED = ("undeliverable", "sms_unavailable")
"""The reasons with which the provider refused a message, which is then not paid for."""

NO_LEADS = dict.fromkeys(MEASURES, 0)
MAX_DAYS_AS_BARS = 14

ACTIVITY = {
    EventKind.CLAIMED: _("Claimed"),
    EventKind.NOTED: _("Notes"),
    EventKind.STATUS_CHANGED: _("Status changes"),
    EventKind.REVEALED: _("Numbers seen"),
    EventKind.LINK_SENT: _("Links sent"),
    EventKind.VERIFIED_BY_HAND: _("Verified by hand"),
    EventKind.IMPORTED: _("Leads imported"),
    EventKind.EXPORTED: _("Leads exported"),
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
        rows.append((str(label), count, share(count, total["requested"]), share(count, before)))
        before = count
    return Table(
        "funnel",
        gettext("Funnel"),
        (
            gettext("Came as far as"),
            gettext("Leads"),
            gettext("Of all, %"),
            gettext("Of the step before, %"),
        ),
        rows,
        gettext("Each step includes those who came further."),
        Chart("rows"),
    )


def _days(counts: Counts, period: Period) -> Table:
    days = [(day.isoformat(), counts.by_day.get(day, NO_LEADS)) for day in period.days]
    return Table(
        "days",
        gettext("Conversions per day"),
        (gettext("First seen on"), *map(str, OUTCOMES)),
        outcomes(days),
        gettext(
            "What became of the leads of each day so far. Days are those of India (Asia/Kolkata)."
        ),
        Chart("bar" if len(days) <= MAX_DAYS_AS_BARS else "line", (1, 2, 3)),
    )


def _time_to_verify(total: Cohort) -> Table:
    labels = {name: label for name, (_end, label) in VERIFIED_IN.items()}
    return Table(
        "time_to_verify",
        gettext("Time to verify"),
        (gettext("From first seen to verified"), gettext("Leads"), gettext("Of verified, %")),
        shares(labels, total),
        chart=Chart("rows"),
    )


def _stops(total: Cohort) -> Table:
    rows = sorted(shares(STOPPED_BY, total), key=lambda row: -int(row[1] or 0))
    return Table(
        "stops",
        gettext("What stopped people"),
        (gettext("Before they verified"), gettext("Leads"), gettext("Of not verified, %")),
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
        gettext("Sources"),
        (gettext("Came by"), *map(str, OUTCOMES)),
        outcomes(cohorts),
        chart=Chart("rows", (1, 2, 3)),
    )


def _countries(counts: Counts) -> Table:
    cohorts = sorted(counts.by_country.items(), key=lambda pair: (-pair[1]["requested"], pair[0]))
    return Table(
        "countries",
        gettext("Countries"),
        (gettext("Country of the number"), *map(str, OUTCOMES)),
        outcomes((country or gettext("Unknown"), cohort) for country, cohort in cohorts),
        chart=Chart("rows", (1, 2, 3), most_rows=8),
    )


def _first_contact(total: Cohort) -> Table:
    minutes = settings.LEAD_FIRST_CONTACT_MINUTES
    return Table(
        "first_contact",
        gettext("First contact"),
        (gettext("Called within %(count)s min") % {"count": minutes}, gettext("Leads"), "%"),
        shares(FIRST_CONTACT, total),
        gettext("Without those who became customers before a call, or may not be called."),
        Chart("rows"),
    )


def _time_to_contact(total: Cohort) -> Table:
    labels = {name: label for name, (_end, label) in CONTACTED_IN.items()}
    return Table(
        "time_to_contact",
        gettext("Time to first contact"),
        (gettext("From first seen to first call"), gettext("Leads"), gettext("Of called, %")),
        shares(labels, total),
        chart=Chart("rows"),
    )


def _messages(counts: Counts) -> Table:
    requested = sum(
        counts.events[key] for key in counts.events if key[0] == EventKind.CODE_REQUESTED
    )
    refused = sum(counts.events[EventKind.CODE_UNDELIVERED, reason] for reason in NOT_ACCEPTED)
    links = counts.events[EventKind.LINK_SENT, "sms"]
    sent, verified = requested - refused + links, counts.total["verified"]
    rows: list[Row] = [
        (gettext("Messages sent"), sent),
        (gettext("Leads verified"), verified),
        (gettext("Messages per verified lead"), round(sent / verified, 2) if verified else None),
    ]
    if settings.SMS_PRICE:
        cost = float(sent * settings.SMS_PRICE)
        currency = settings.SMS_CURRENCY
        words = gettext("Cost of messages, %(currency)s") % {"currency": currency}
        rows.append((words, round(cost, 2)))
        each = round(cost / verified, 2) if verified else None
        words = gettext("Cost per verified lead, %(currency)s") % {"currency": currency}
        rows.append((words, each))
    return Table(
        "messages",
        gettext("Messages"),
        (gettext("Counted"), pgettext("amount", "Number")),
        rows,
        gettext("Sent to leads in these days; a message the provider did not take is not counted."),
    )


def _agents(agents: list[Agent]) -> Table:
    calls = [str(outcome.label) for outcome in CallOutcome]
    rows: list[Row] = [(agent.name, *_activity(agent)) for agent in agents]
    return Table(
        "agents",
        gettext("Agents"),
        (gettext("Name"), gettext("Calls"), *calls, *map(str, ACTIVITY.values())),
        rows,
        gettext("What each did in these days, whenever the leads came."),
    )


def _activity(agent: Agent) -> list[int]:
    calls = [agent.events[EventKind.CALLED, outcome.value] for outcome in CallOutcome]
    others = [
        sum(count for (done, _detail), count in agent.events.items() if done == kind)
        for kind in ACTIVITY
    ]
    return [sum(calls), *calls, *others]
