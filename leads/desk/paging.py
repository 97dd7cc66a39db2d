"""Keyset pages: as fast at the millionth lead as at the first, and stable while leads arrive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, Subquery

from leads.models import Lead
from leads.models.lead_activity import LAST_ACTIVE_FIRST, slot_of
from leads.models.lead_queryset import LeadQuerySet
from loopin.replica.reads import from_replica
from loopin.sql import without_prepared_plans
from loopin.text.ids import row_id

ORDERS = {"created_at": ("-created_at", "-pk"), "last_activity_at": LAST_ACTIVE_FIRST}
"""The orders of the pages, by the field of their times."""

MAX_ROWS = 100
"""Rows that one screen shows at most."""


@dataclass(frozen=True, eq=False)
class Page:
    """One page of leads. `next_cursor`: where the next one starts, None on the last.

    `capped_total`: leads of the whole view, counted up to one above the cap; 0 where the caller
    asked for no count.
    """

    leads: list[Lead]
    next_cursor: str | None
    capped_total: int


@from_replica
@without_prepared_plans()
def page_of(leads: LeadQuerySet, cursor: str, *, field: str, size: int) -> Page:
    """The `size` latest leads after the cursor ("" for the start) by a time. One statement.

    `field`: `created_at` or `last_activity_at`.
    """
    order = ORDERS[field]
    # The subquery finds the page first, so that only its leads are joined with their owners.
    ids = after_cursor(leads, cursor, field=field).order_by(*order).values("pk")[: size + 1]
    found = Lead.objects.filter(pk__in=ids).order_by(*order).select_related("owner")
    return page_from(list(found), field=field, size=size)


def page_from(rows: list[Lead], *, field: str, size: int, capped_total: int = 0) -> Page:
    """A page of these rows, of which there is one more than `size` where another page follows."""
    next_cursor = None if len(rows) <= size else _cursor(rows[size - 1], field)
    return Page(rows[:size], next_cursor, capped_total)


def merged(pages: Sequence[Page], *, field: str, size: int) -> Page:
    """The page that several make together: the `size` latest of their leads, each of them once."""
    filled = [page for page in pages if page.leads]
    if len(filled) == 1:
        return filled[0]
    by_id = {lead.pk: lead for page in filled for lead in page.leads}
    rows = sorted(by_id.values(), key=lambda lead: sort_key(lead, field), reverse=True)
    has_more = len(rows) > size or any(page.next_cursor for page in pages)
    return Page(rows[:size], _cursor(rows[size - 1], field) if has_more else None, 0)


def after_cursor(leads: LeadQuerySet, cursor: str, *, field: str) -> LeadQuerySet:
    """The leads that follow a cursor in the order of the pages; all if it cannot be read."""
    position = position_of(cursor)
    if position is None:
        return leads
    time, lead_id = position
    follows = Q(**{f"{field}__lt": time}) | Q(**{field: time, "pk__lt": lead_id})
    bound = {"created_at": time} if field == "created_at" else {"active_slot_at": slot_of(time)}
    index_bound = {f"{name}__lte": value for name, value in bound.items()}
    return leads.filter(follows, **index_bound)


def is_cursor(text: str) -> bool:
    """Whether `after_cursor` can read it."""
    return position_of(text) is not None


def down_to_lead(leads: LeadQuerySet, last_id: int, *, field: str) -> LeadQuerySet:
    """The leads that do not follow a certain lead in the order of the pages."""
    last = Lead.objects.filter(pk=last_id).values(field)[:1]
    return leads.filter(**{f"{field}__gte": Subquery(last)})


def sort_key(lead: Lead, field: str) -> tuple[datetime, int]:
    """What leads are ordered by; the greatest comes first."""
    return getattr(lead, field), lead.pk


def _cursor(lead: Lead, field: str) -> str:
    return f"{getattr(lead, field).isoformat()}_{lead.pk}"


def position_of(cursor: str) -> tuple[datetime, int] | None:
    """The time and the id that a cursor of ours has; None for anything else."""
    try:
        typed_time, _, typed_id = cursor.partition("_")
        time, lead_id = datetime.fromisoformat(typed_time), row_id(typed_id)
    except ValueError:
        return None
    return None if time.tzinfo is None or lead_id is None else (time, lead_id)
