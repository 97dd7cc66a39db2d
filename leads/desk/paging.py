"""Keyset pages: as fast at the millionth lead as at the first, and steady while leads arrive."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, Subquery, Value

from leads.desk.counts import CappedCount
from leads.models import Lead
from leads.models.lead_queryset import LeadQuerySet
from loopin.text.ids import row_id

MOST_ROWS = 100
"""Rows that one screen shows at most."""


@dataclass(frozen=True)
class Page:
    """`capped_total`: leads of the whole view, not counted further than one above the cap; 0 where
    nobody wanted them counted."""

    leads: list[Lead]
    next_cursor: str | None
    capped_total: int


def page_of(
    leads: LeadQuerySet, cursor: str, *, field: str, size: int, cap: int | None = None
) -> Page:
    """The `size` latest leads behind the cursor ("" for the start) by a time; one statement.

    `field`: `created_at` or `last_activity_at`. `cap`: how far to count all, None for not at all.
    """
    total = CappedCount(leads, cap) if cap else Value(0)
    order = (f"-{field}", "-pk")
    # The page is found first, and only then joined with who holds its leads.
    ids = behind(leads, cursor, field=field).order_by(*order).values("pk")[: size + 1]
    found = Lead.objects.filter(pk__in=ids).annotate(capped_total=total)
    rows = list(found.order_by(*order).select_related("owner"))
    is_last = len(rows) <= size
    next_cursor = None if is_last else _cursor(rows[size - 1], field)
    return Page(rows[:size], next_cursor, rows[0].capped_total if rows else 0)


def behind(leads: LeadQuerySet, cursor: str, *, field: str) -> LeadQuerySet:
    """Those behind a cursor; all where it is not one."""
    position = _position(cursor)
    if position is None:
        return leads
    moment, pk = position
    before = Q(**{f"{field}__lt": moment}) | Q(**{field: moment, "pk__lt": pk})
    return leads.filter(before, **{f"{field}__lte": moment})  # the bound an index can use


def not_beyond(leads: LeadQuerySet, last_id: int, *, field: str) -> LeadQuerySet:
    """Those that do not come after a certain lead."""
    last = Lead.objects.filter(pk=last_id).values(field)[:1]
    return leads.filter(**{f"{field}__gte": Subquery(last)})


def place(lead: Lead, field: str) -> tuple[datetime, int]:
    """What leads are ordered by, the greatest first."""
    return getattr(lead, field), lead.pk


def _cursor(lead: Lead, field: str) -> str:
    return f"{getattr(lead, field).isoformat()}_{lead.pk}"


def _position(cursor: str) -> tuple[datetime, int] | None:
    """What `_cursor` wrote; anything else means the start."""
    try:
        typed_moment, _, typed_id = cursor.partition("_")
        moment, lead_id = datetime.fromisoformat(typed_moment), row_id(typed_id)
    except ValueError:
        return None
    return None if moment.tzinfo is None or lead_id is None else (moment, lead_id)
