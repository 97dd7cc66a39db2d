"""The counts behind the figures: kept by following the timeline, never by reading all of it again.

A round counts the next events, at most `EVENTS_A_ROUND`, and counts the leads of the days they
touch again, at most `DAYS_A_ROUND`, in one transaction under the lock of the one row that says how
far the counts are. So each event is counted once, whichever processes are at it and wherever one
stops; what is left waits for the next round.

Counts outlive the leads they are of: `erase` keeps them when a lead goes after its retention. What
exists is always equal to what `rebuild` computes from nothing.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from leads.desk.cursor import cursor_of_desk
from leads.insights import sql
from leads.models.lead_queryset import LeadQuerySet
from loopin.sql import execute, fetch_row

EVENTS_A_ROUND = 5000
DAYS_A_ROUND = 10
ROUNDS_A_CHORE = 20
READERS_REFRESH_AFTER = timedelta(seconds=5)
"""How old counts may get before somebody who looks at them takes a round."""

LAST_ID = 2**63 - 1


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


@transaction.atomic
def take_round(
    *,
    at_least: timedelta = timedelta(0),
    events: int = EVENTS_A_ROUND,
    days: int = DAYS_A_ROUND,
) -> tuple[int, int]:
    """Count at most so many events and days. `at_least`: how long ago the last round must be."""
    state = fetch_row(sql.LOCK, {"at_least": at_least})
    if state is None:
        return 0, 0
    values = {"transaction_id": state[0], "event_id": state[1], "most": events}
    counted = _number(sql.FOLLOW, values)
    return counted, _number(sql.RECOUNT, {"most_days": days} | _rules())


@transaction.atomic
def rebuild() -> None:
    """Compute all counts of what exists again, however long it takes; refreshes wait meanwhile.

    Needed after a change of `LEAD_FIRST_CONTACT_MINUTES` or `LEAD_CONSENT_REQUIRED`.
    """
    execute("SELECT set_config('statement_timeout', '0', TRUE)", [])
    _wait_for_lock()
    last_complete = cursor_of_desk().partition("-")[0]
    values = {"transaction_id": last_complete, "event_id": LAST_ID}
    execute(sql.FORGET_COUNTS, [])
    execute(sql.COUNT_ALL_EVENTS, values)
    execute(sql.COUNT_ALL_LEADS, _rules())
    execute(sql.MOVE, values)


@transaction.atomic
def erase(leads: LeadQuerySet) -> None:
    """Remove leads with their timelines and keep their counts; only inside `loopin.sql.erasing`.

    Their events leave the counts of what exists as far as they were counted there.
    """
    lead_ids = list(leads.values_list("pk", flat=True))
    values = {"lead_ids": lead_ids} | _wait_for_lock() | _rules()
    for statement in (
        sql.KEEP_LEADS,
        sql.KEEP_EVENTS,
        sql.TAKE_BACK_EVENTS,
        sql.MARK_DAYS,
    ):
        execute(statement, values)
    leads.erase()
    fetch_row(sql.RECOUNT, {"most_days": None} | _rules())


def _wait_for_lock() -> dict[str, Any]:
    """How far the counts are; nobody else counts until the transaction ends."""
    execute(sql.BEGIN, [])
    row = fetch_row(sql.WAIT_FOR_LOCK, [])
    assert row is not None  # noqa: S101  it was there, or has just been made
    return {"transaction_id": row[0], "event_id": row[1]}


def _number(statement: str, values: dict[str, Any]) -> int:
    row = fetch_row(statement, values)
    return int(row[0]) if row else 0


def _rules() -> dict[str, Any]:
    return {
        "first_contact": timedelta(minutes=settings.LEAD_FIRST_CONTACT_MINUTES),
        "needs_consent": settings.LEAD_CONSENT_REQUIRED,
    }
