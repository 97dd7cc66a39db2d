"""What the figures are made of, read from the rollups: three statements, however many leads."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Sum

from accounts.models import User
from leads.insights.measures import MEASURES
from leads.insights.period import Period
from leads.models import EventCount
from leads.team import name_of
from loopin.replica.reads import from_replica
from loopin.sql import fetch_rows

_SUMS = ", ".join(f"COALESCE(sum({name}), 0)" for name in MEASURES)

COHORTS = f"""
SELECT (SELECT as_of FROM leads_rollupstate), day, source, country, {_SUMS}
FROM leads_leadcohort
WHERE day BETWEEN %(first)s AND %(last)s
GROUP BY GROUPING SETS ((), (day), (source), (country))
"""  # noqa: S608  constants

Cohort = Mapping[str, int]
"""Counts of leads by the names of `MEASURES`."""


@dataclass(frozen=True)
class Agent:
    name: str
    events: Counter[tuple[str, str]]


@dataclass(frozen=True)
class Counts:
    """Leads created in a period, by what they have in common, and what happened in it.

    `events` are counted by kind and detail.
    """

    as_of: datetime | None
    total: Cohort
    by_day: dict[date, Cohort]
    by_source: dict[str, Cohort]
    by_country: dict[str, Cohort]
    events: Counter[tuple[str, str]]
    agents: list[Agent]


@from_replica
def counts_of(period: Period) -> Counts:
    """Read what the rollups know of a period."""
    values = {"first": period.first, "last": period.last}
    as_of: datetime | None = None
    total: Cohort = dict.fromkeys(MEASURES, 0)
    by_day: dict[date, Cohort] = {}
    by_source: dict[str, Cohort] = {}
    by_country: dict[str, Cohort] = {}
    for as_of, day, source, country, *sums in fetch_rows(COHORTS, values):  # noqa: B007
        cohort = dict(zip(MEASURES, map(int, sums), strict=True))
        if day is not None:
            by_day[day] = cohort
        elif source is not None:
            by_source[source] = cohort
        elif country is not None:
            by_country[country] = cohort
        else:
            total = cohort
    events, agents = _events(period)
    return Counts(as_of, total, by_day, by_source, by_country, events, agents)


def _events(period: Period) -> tuple[Counter[tuple[str, str]], list[Agent]]:
    """Added up before names are looked up: a year of sixty agents is a hundred thousand rows."""
    kept = EventCount.objects.filter(day__range=(period.first, period.last))
    sums = kept.values_list("kind", "detail", "actor").annotate(Sum("count"))
    events: Counter[tuple[str, str]] = Counter()
    by_actor: defaultdict[int, Counter[tuple[str, str]]] = defaultdict(Counter)
    for kind, detail, actor_id, count in sums.order_by():
        events[kind, detail] += count
        if actor_id is not None:
            by_actor[actor_id][kind, detail] += count
    people = User.objects.only("first_name", "last_name", "username").in_bulk(by_actor)
    agents = [Agent(name_of(people[pk]), counted) for pk, counted in by_actor.items()]
    return events, sorted(agents, key=lambda agent: agent.name)
