"""What changed since a page was read, for who reloads it by hand."""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from leads.desk.cursor import changes_after, is_cursor
from leads.models import Lead


@dataclass(frozen=True)
class Since:
    """Of the rows on the page: which are fresh, and which others changed, since a moment."""

    moment: datetime
    fresh: frozenset[int]
    changed: frozenset[int]

    def mark_of(self, lead: Lead) -> str:
        """What a lead's row says of that; "" for nothing."""
        if lead.pk in self.fresh:
            return _("New")
        return _("Changed") if lead.pk in self.changed else ""


def mark(cursor: str) -> str:
    """What the link to reload carries."""
    return f"{cursor}_{int(time.time() * 1000)}"


def changes(marked: str, leads: Sequence[Lead]) -> Since | None:
    """What `mark` wrote, compared with these leads; None for anything else. One statement."""
    cursor, _, milliseconds = marked.partition("_")
    if not is_cursor(cursor) or not re.fullmatch("[0-9]{1,13}", milliseconds):
        return None
    moment = datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
    found = changes_after(cursor).lead_ids
    touched = [lead for lead in leads if lead.pk in found]
    fresh = frozenset(lead.pk for lead in touched if lead.created_at >= moment)
    return Since(moment, fresh, frozenset(lead.pk for lead in touched) - fresh)
