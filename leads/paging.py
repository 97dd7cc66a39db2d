"""Keyset pages: as fast at the millionth lead as at the first, and steady while leads arrive."""

from dataclasses import dataclass
from datetime import datetime

from leads.models import Lead
from leads.models.lead import LeadQuerySet


@dataclass(frozen=True)
class Page:
    leads: list[Lead]
    next_cursor: str | None


def page_of(leads: LeadQuerySet, cursor: str, *, size: int) -> Page:
    """The `size` newest leads behind the cursor ("" for the start); one statement."""
    position = _position(cursor)
    if position is not None:
        leads = leads.older_than(*position)
    rows = list(leads.newest_first().select_related("user__profile")[: size + 1])
    is_last = len(rows) <= size
    return Page(rows[:size], None if is_last else _cursor(rows[size - 1]))


def _cursor(lead: Lead) -> str:
    return f"{lead.created_at.isoformat()}_{lead.pk}"


def _position(cursor: str) -> tuple[datetime, int] | None:
    """What `_cursor` wrote; anything else means the start."""
    try:
        created_at, _, pk = cursor.partition("_")
        position = datetime.fromisoformat(created_at), int(pk)
    except ValueError:
        return None
    is_sane = position[0].tzinfo is not None and 0 <= position[1] < 2**63
    return position if is_sane else None
