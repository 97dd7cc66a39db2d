"""The rows of the desk as HTML, each rendered once for all desks that show the same.

Fifty desks that show the newest leads read the same fifty rows when one of them changes. Rendering
a row takes longer than reading it from the database, so each process keeps the last ones.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from leads.desk.paging import Page
from leads.desk.time_labels import label_changes
from leads.models import Lead
from leads.models.lead_choices import Source, Status
from leads.team import name_of
from loopin.models.kinds import label_of
from loopin.times.days import end_of_today

LABELS = {
    "stage": _("Came as far as"),
    "status": _("Status"),
    "owner": _("Held by"),
    "contact": _("First contact"),
    "follow_up": _("Follow-up"),
    "activity": _("Last activity"),
    "created": _("First seen"),
}
"""The names of the cells, for narrow screens, which have no column headers."""

MAX_CACHED_ROWS = 4096
"""Rows of 2 kB: at most 8 MB in a process, and 80 different screens."""


class RowCache:
    """The last rendered rows by what they depend on; the least recently used one goes first.

    Threads share it. Two that miss the same row both render it, so that nobody waits for another.
    """

    def __init__(self, max_rows: int) -> None:
        self._max_rows = max_rows
        self._lock = threading.Lock()
        self._rows: OrderedDict[Hashable, SafeString] = OrderedDict()

    def get_or_render(self, key: Hashable, render: Callable[[], SafeString]) -> SafeString:
        with self._lock:
            if key in self._rows:
                self._rows.move_to_end(key)
                return self._rows[key]
        row = render()
        with self._lock:
            self._rows[key] = row
            if len(self._rows) > self._max_rows:
                self._rows.popitem(last=False)
        return row


_cache = RowCache(MAX_CACHED_ROWS)


@dataclass(frozen=True)
class _Rows:
    """All rows of a page, until the time alone changes one of them."""

    html: SafeString
    ends_at: datetime


_pages: WeakKeyDictionary[Page, dict[str | None, _Rows]] = WeakKeyDictionary()
"""Of pages that desks share, by language: as those read them who hold none of their leads."""


def page_html(page: Page, user: User) -> SafeString:
    """The rows of a page as this person sees them, in the active language."""
    if any(lead.owner_id == user.pk for lead in page.leads):
        return join(page.leads, user)
    by_language, language = _pages.setdefault(page, {}), get_language()
    kept = by_language.get(language)
    if kept is None or kept.ends_at <= timezone.now():
        changes = [change for lead in page.leads for change in label_changes(lead)]
        now, midnight = timezone.now(), end_of_today()
        ends_at = min([change for change in changes if change > now], default=midnight)
        kept = _Rows(join(page.leads, user), min(ends_at, midnight))
        by_language[language] = kept
    return kept.html


def join(
    leads: Sequence[Lead], user: User, badge_of: Callable[[Lead], str] | None = None
) -> SafeString:
    """The rows of leads as this person sees them, in the active language. `badge_of`: "New" or
    "Changed", for readers who reload by hand."""
    rows = (_html(lead, user, badge_of(lead) if badge_of else "") for lead in leads)
    return mark_safe("".join(rows))  # noqa: S308  templates made them


def _html(lead: Lead, user: User, badge: str) -> SafeString:
    return _cache.get_or_render(_key(lead, user, badge), lambda: _render(lead, user, badge))


def _key(lead: Lead, user: User, badge: str) -> Hashable:
    """Everything that a row depends on: the lead, the time, the language, and who reads it, if they
    are its owner."""
    columns = tuple(getattr(lead, field.attname) for field in Lead._meta.concrete_fields)
    now = timezone.now()
    are_labels_changed = tuple(moment <= now for moment in label_changes(lead))
    reader = user.pk if lead.owner_id == user.pk else None
    by_settings = (lead.may_be_contacted, lead.contact_due_at)
    words = (get_language(), name_of(lead.owner), badge)
    return (columns, words, are_labels_changed, localdate(), by_settings, reader)


def _render(lead: Lead, user: User, badge: str) -> SafeString:
    labels = _labels(get_language())
    context: dict[str, Any] = {"lead": lead, "user": user, "badge": badge, "labels": labels}
    # `get_status_display` and the like translate every choice to find one.
    words = {"status": Status(lead.status).label, "source": label_of(Source, lead.source)}
    return render_to_string("leads/desk/list.html#lead", context | words)


@cache
def _labels(language: str | None) -> dict[str, str]:
    """`LABELS` in a language, translated once and not for each row."""
    return {name: str(label) for name, label in LABELS.items()}
