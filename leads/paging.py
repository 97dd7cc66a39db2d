"""Keyset pages: as fast at the millionth lead as at the first, and steady while leads arrive."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from leads.models import Lead
from leads.models.lead_queryset import LeadQuerySet


@dataclass(frozen=True)
class Page:
    leads: list[Lead]
    next_cursor: str | None


def page_of(leads: LeadQuerySet, cursor: str, *, field: str, size: int) -> Page:
    """The `size` latest leads behind the cursor ("" for the start) by a time; one statement.

    `field`: `created_at` or `last_activity_at`.
    """
    position = _position(cursor)
    if position is not None:
        moment, pk = position
        before = Q(**{f"{field}__lt": moment}) | Q(**{field: moment, "pk__lt": pk})
        leads = leads.filter(before, **{f"{field}__lte": moment})  # the bound an index can use
    rows = list(leads.order_by(f"-{field}", "-pk").select_related("owner")[: size + 1])
    is_last = len(rows) <= size
    return Page(rows[:size], None if is_last else _cursor(rows[size - 1], field))


def _cursor(lead: Lead, field: str) -> str:
    return f"{getattr(lead, field).isoformat()}_{lead.pk}"


def _position(cursor: str) -> tuple[datetime, int] | None:
    """What `_cursor` wrote; anything else means the start."""
    try:
        moment, _, pk = cursor.partition("_")
        position = datetime.fromisoformat(moment), int(pk)
    except ValueError:
        return None
    is_sane = position[0].tzinfo is not None and 0 <= position[1] < 2**63
    return position if is_sane else None
