"""Which rows changed since a page was read, for readers without JavaScript, who reload by hand."""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from leads.desk.cursor import changes_after
from leads.models import Lead

_MARKER = re.compile("([0-9]{1,18})_([0-9]{1,13})", re.ASCII)
"""An id of an event, and milliseconds; it may come from anybody."""


@dataclass(frozen=True)
class RowChanges:
    """The ids of the rows on the page that are new, and of those that changed, since `read_at`."""

    read_at: datetime
    fresh: frozenset[int]
    changed: frozenset[int]

    def badge_of(self, lead: Lead) -> str:
        """What a lead's row is marked with: "New", "Changed" or ""."""
        if lead.pk in self.fresh:
            return _("New")
        return _("Changed") if lead.pk in self.changed else ""


def marker(cursor: int) -> str:
    """What the link to reload carries: a position in the timeline, and the time in milliseconds."""
    return f"{cursor}_{int(time.time() * 1000)}"


def changes_since(marker: str, leads: Sequence[Lead], *, up_to: int) -> RowChanges | None:
    """How these leads changed since the page with this marker was read, up to an event. At most one
    statement.

    None if `marker` is not one that `marker()` wrote.
    """
    found = _MARKER.fullmatch(marker)
    if found is None:
        return None
    cursor, milliseconds = map(int, found.groups())
    read_at = datetime.fromtimestamp(milliseconds / 1000, UTC)
    changed_ids = changes_after(cursor, up_to=up_to).lead_ids
    touched = [lead for lead in leads if lead.pk in changed_ids]
    fresh = frozenset(lead.pk for lead in touched if lead.created_at >= read_at)
    return RowChanges(read_at, fresh, frozenset(lead.pk for lead in touched) - fresh)
