"""The rows of the desk as HTML, each made once for all desks that show the same.

Fifty desks that show the newest leads read the same fifty rows when one of them changes. Making a
row takes longer than reading it from the database, so a process keeps those it made last.
"""

from functools import cache, lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from leads.desk.time_labels import turns
from leads.models import Lead
from leads.models.lead_choices import Source, Status
from leads.team import name_of

LABELS = {
    "stage": _("Came as far as"),
    "status": _("Status"),
    "holder": _("Held by"),
    "contact": _("First contact"),
    "follow_up": _("Follow-up"),
    "activity": _("Last activity"),
    "seen": _("First seen"),
}
"""What the cells are called where there is no room for a head of columns."""

KEPT = 4096
"""Rows of 2 kB: 8 MB a process at most, and 80 different screens."""


class _Row:
    """A row to make. Equal to another if every word of it is."""

    def __init__(self, lead: Lead, user: User, mark: str) -> None:
        self.lead, self.user, self.mark = lead, user, mark
        self.said = _said(lead, user, mark)

    def __hash__(self) -> int:
        return hash(self.said)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Row) and self.said == other.said


def _said(lead: Lead, user: User, mark: str) -> tuple[Any, ...]:
    """Everything that a row depends on: the lead, the time, the language, and who reads it, if they
    hold it."""
    columns = tuple(getattr(lead, field.attname) for field in Lead._meta.concrete_fields)
    now = timezone.now()
    has_turned = tuple(moment <= now for moment in turns(lead))
    reader = user.pk if lead.owner_id == user.pk else None
    by_settings = (lead.may_be_contacted, lead.contact_due_at)
    words = (get_language(), name_of(lead.owner), mark)
    return (columns, words, has_turned, localdate(), by_settings, reader)


@cache
def _labels(language: str | None) -> dict[str, str]:
    """Translated once, and not for each row."""
    return {name: str(label) for name, label in LABELS.items()}


@lru_cache(KEPT)
def _html(row: _Row) -> SafeString:
    lead = row.lead
    context = {"lead": lead, "user": row.user, "mark": row.mark, "labels": _labels(get_language())}
    # `get_status_display` and its like translate every choice to find one.
    words = {"status": Status(lead.status).label, "source": Source(lead.source).label}
    return render_to_string("leads/desk/list.html#lead", context | words)


def html(lead: Lead, user: User, *, mark: str = "") -> SafeString:
    """The row as this person sees it, in the language that is active. `mark`: "New" or "Changed",
    for who reloads by hand."""
    return _html(_Row(lead, user, mark))
