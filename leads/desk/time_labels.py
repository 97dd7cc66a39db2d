"""The labels in a lead's row that depend on the time, and when they change."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from leads.models import Lead
from leads.team import name_of
from loopin.times.days import end_of_today

GOOD, FAIR, BAD, PLAIN = "good", "fair", "bad", ""


@dataclass(frozen=True)
class Label:
    """Words, and the tone that gives them their colour."""

    words: str
    tone: str = PLAIN


def in_words(moment: datetime) -> str:
    """`14:30` today, `20 Nov, 14:30` on any other day."""
    local = localtime(moment)
    return date_format(local, "H:i" if local.date() == localdate() else "j M, H:i")


def owner_label(lead: Lead, user: User) -> Label:
    """Who has claimed the lead, and until when."""
    if not lead.is_claimed or lead.lease_ends_at is None:
        return Label("" if lead.converted_at else _("Free"))
    until = in_words(lead.lease_ends_at)
    if lead.owner_id == user.pk:
        return Label(_("You until %(time)s") % {"time": until}, GOOD)
    words = _("%(name)s until %(time)s") % {"name": name_of(lead.owner), "time": until}
    return Label(words, FAIR)


def first_contact(lead: Lead) -> Label | None:
    """Whether somebody called within `LEAD_FIRST_CONTACT_MINUTES`; None if nobody should call."""
    if lead.first_contacted_at:
        is_late = lead.first_contacted_at > lead.contact_due_at
        duration = _duration(lead.first_contacted_at - lead.created_at)
        words = _("Called after %(duration)s") % {"duration": duration}
        return Label(words, PLAIN if is_late else GOOD)
    if not _awaits_contact(lead):
        return None
    due, now = lead.contact_due_at, timezone.now()
    if now >= due:
        return Label(_("Late since %(time)s") % {"time": in_words(due)}, BAD)
    words = _("Call by %(time)s") % {"time": in_words(due)}
    return Label(words, FAIR if now >= due - _urgent_before() else PLAIN)


def follow_up(lead: Lead) -> Label | None:
    """When to call again: overdue, due today or later."""
    if lead.follow_up_at is None:
        return None
    due = {"time": in_words(lead.follow_up_at)}
    if lead.follow_up_at <= timezone.now():
        return Label(_("Overdue since %(time)s") % due, BAD)
    if lead.follow_up_at < end_of_today():
        return Label(_("Due today, %(time)s") % due, FAIR)
    return Label(_("Due %(time)s") % due)


def label_changes(lead: Lead) -> Iterator[datetime]:
    """The times, also past ones, at which one of the labels changes without any event."""
    if lead.lease_ends_at:
        yield lead.lease_ends_at
    if lead.follow_up_at:
        yield lead.follow_up_at
    if not lead.first_contacted_at and _awaits_contact(lead):
        yield lead.contact_due_at - _urgent_before()
        yield lead.contact_due_at


def _awaits_contact(lead: Lead) -> bool:
    return lead.converted_at is None and lead.may_be_contacted


def _urgent_before() -> timedelta:
    """How long before the deadline a call is shown as urgent: the last third of the time for it."""
    return timedelta(minutes=settings.LEAD_FIRST_CONTACT_MINUTES) / 3


def _duration(span: timedelta) -> str:
    minutes = max(0, int(span.total_seconds())) // 60
    if minutes < 90:
        return _("%(count)s min") % {"count": minutes}
    if minutes < 48 * 60:
        return _("%(count)s h") % {"count": minutes // 60}
    days = minutes // (24 * 60)
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
