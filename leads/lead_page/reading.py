"""Reads a lead and its timeline, for staff who may see it."""

from dataclasses import dataclass

from accounts.models import User
from leads import access
from leads.access import Action
from leads.errors import LeadNotFound, NotPermitted
from leads.models import Lead, LeadEvent
from loopin.errors import raises


@dataclass(frozen=True)
class Timeline:
    """A lead with some of its events, the latest first. `next`: the `before` of the next page."""

    lead: Lead
    events: list[LeadEvent]
    next: int | None


@raises(NotPermitted, LeadNotFound)
def timeline_of(lead_id: int, *, reader: User, before: int | None, size: int) -> Timeline:
    """A lead and up to `size` events, those older than the event `before` if it is given.
    Two statements."""
    access.require(reader, Action.SEE)
    lead = access.visible_to(reader).select_related("owner").filter(pk=lead_id).first()
    if lead is None:
        raise LeadNotFound
    return Timeline(lead, *events_of(lead, before=before, size=size))


def events_of(lead: Lead, *, before: int | None, size: int) -> tuple[list[LeadEvent], int | None]:
    """Up to `size` events of a lead, older than the event `before` if it is given, the latest
    first; and the `before` of the next page, None on the last. One statement."""
    events = lead.events.select_related("actor", "note").order_by("-pk")
    if before is not None:
        events = events.filter(pk__lt=before)
    rows = list(events[: size + 1])
    is_last = len(rows) <= size
    return rows[:size], None if is_last else rows[size - 1].pk
