"""The counts behind the figures: kept by following the timeline, never by reading all of it again.

A round counts the next events, at most `EVENTS_A_ROUND`, and counts the leads of the days they
touch again, at most `DAYS_A_ROUND`, in one short transaction under the lock of the one row that
says how far the counts are. So each event is counted once, whichever processes are at it and
wherever one stops; what is left waits for the next round.

Counts outlive the leads they are of: `erase` keeps them when a lead goes after its retention. What
exists is always equal to what `rebuild` computes from nothing.
"""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Now, TruncDate

from leads.insights import carry_over, sql
from leads.models import EventCount, LeadCohort, RollupState, StaleDay, lead_consent
from leads.models.lead_consent import Proof
from leads.models.lead_event import ORDER
from leads.models.lead_queryset import LeadQuerySet
from loopin.sql import execute, fetch_row, fetch_rows

EVENTS_A_ROUND = 5000
DAYS_A_ROUND = 1
ROUNDS_A_CHORE = 30
READERS_REFRESH_AFTER = timedelta(seconds=5)
"""How old counts may get before somebody who looks at them takes a round."""


def refresh() -> int:
    """Bring the counts up to date, or closer to it: at most `ROUNDS_A_CHORE` rounds.

    Returns how many events and days were counted. Nothing happens while another process is at it.
    """
    total = 0
    for _ in range(ROUNDS_A_CHORE):
        events, days = take_round()
        total += events + days
        if events < EVENTS_A_ROUND and days < DAYS_A_ROUND:
            break
    return total


def refresh_for_reader() -> None:
    """One round, if nobody took one in the last seconds: three statements, else one."""
    take_round(at_least=READERS_REFRESH_AFTER)


def take_round(
    *,
    at_least: timedelta = timedelta(0),
    events: int = EVENTS_A_ROUND,
    days: int = DAYS_A_ROUND,
) -> tuple[int, int]:
    """Count at most so many events and days. `at_least`: how long ago the last round must be."""
    with transaction.atomic():
        due = RollupState.objects.filter(counted_at__lte=Now() - at_least)
        locked = _lock(due, skip_locked=True)
        if locked is None:
            return 0, 0
        counted = _number(sql.FOLLOW, locked | {"most": events} | sql.WORDS)
        return counted, _number(sql.RECOUNT, {"most_days": days} | _rules())


def rebuild() -> None:
    """Compute all counts of what exists again, day by day.

    Each day is a transaction of its own, and the counts are whole before and after it; refreshes
    and readers go on meanwhile. Needed after a change of `LEAD_FIRST_CONTACT_MINUTES`,
    `LEAD_CONSENT_REQUIRED` or `LEAD_CONSENT_PROOF`.
    """
    refresh()
    for day in _days():
        _rebuild_day(day)
    refresh()


@transaction.atomic
def _days() -> list[date]:
    """The days in India on which there is something to count, or something was counted."""
    execute("SELECT set_config('statement_timeout', '0', TRUE)", [])
    return [row[0] for row in fetch_rows(sql.DAYS, [])]


@transaction.atomic
def _rebuild_day(day: date) -> None:
    execute("SELECT set_config('statement_timeout', '0', TRUE)", [])
    values = _wait_for_lock() | {"day": day} | _rules()
    EventCount.objects.filter(day=day, is_erased=False).delete()
    LeadCohort.objects.filter(day=day, is_erased=False).delete()
    StaleDay.objects.filter(day=day).delete()
    execute(sql.COUNT_EVENTS_OF_DAY, values)
    execute(sql.COUNT_LEADS_OF_DAY, values)


@transaction.atomic
def erase(leads: LeadQuerySet) -> None:
    """Remove leads with their timelines and keep their counts.

    Call it inside `loopin.sql.deletion_allowed`.

    What they counted moves from the counts of what exists to those that stay, so that the sums are
    the same before and after. The next rounds count their days again, one by one.
    """
    values = _values_of(leads)
    for statement in (sql.KEEP_LEADS, sql.TAKE_BACK_LEADS, sql.KEEP_EVENTS):
        execute(statement, values)
    _remove(leads, values)


@transaction.atomic
def take_back(leads: LeadQuerySet) -> None:
    """Remove leads with their timelines and their counts, as if they had never been.

    Call it inside `loopin.sql.deletion_allowed`. The next rounds count their days again.
    """
    _remove(leads, _values_of(leads))


def _values_of(leads: LeadQuerySet) -> dict[str, Any]:
    lead_ids = list(leads.values_list("pk", flat=True))
    return {"lead_ids": lead_ids} | _wait_for_lock() | _rules()


def _remove(leads: LeadQuerySet, values: dict[str, Any]) -> None:
    execute(sql.TAKE_BACK_EVENTS, values)
    days = leads.order_by().annotate(day=TruncDate("created_at")).values_list("day", flat=True)
    stale = [StaleDay(day=day) for day in days.distinct()]
    StaleDay.objects.bulk_create(stale, ignore_conflicts=True)
    leads.erase()


def _wait_for_lock() -> dict[str, int]:
    """How far the counts are; nobody else counts until the transaction ends."""
    begin()
    locked = _lock(RollupState.objects.all())
    assert locked is not None  # noqa: S101
    return locked


def begin() -> None:
    """See that there is a row that says how far the counts are: at first nothing is counted, and
    the periodic task follows from the first event on."""
    RollupState.objects.get_or_create(pk=1, defaults={"as_of": Now()})


def _lock(
    states: models.QuerySet[RollupState], *, skip_locked: bool = False
) -> dict[str, int] | None:
    """How far the counts are, and how far events are complete; None if there are none to lock. One
    statement."""
    marked = states.annotate(is_taken_over=carry_over.IS_TAKEN_OVER, complete=ORDER.complete)
    state = marked.select_for_update(skip_locked=skip_locked, of=("self",)).first()
    if state is None:
        return None
    if not state.is_taken_over:
        carry_over.take_over(state)
    return {
        "position": state.position,
        "carried_over_to": state.carried_over_to,
        "complete": state.complete,
    }


def _number(statement: str, values: dict[str, Any]) -> int:
    row = fetch_row(statement, values)
    return int(row[0]) if row else 0


def _rules() -> dict[str, Any]:
    return {
        "first_contact": timedelta(minutes=settings.LEAD_FIRST_CONTACT_MINUTES),
        "needs_consent": settings.LEAD_CONSENT_REQUIRED,
        "needs_proof": lead_consent.needs_proof(),
        "proven": Proof.PROVEN.value,
        **sql.WORDS,
    }
