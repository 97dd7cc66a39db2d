"""What of a lead's row depends on the time: its words, and when they will be others."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.timezone import localdate, localtime, make_aware

from accounts.models import User
from leads.flows.claiming import name_of
from leads.models import Lead

GOOD, FAIR, BAD, PLAIN = "good", "fair", "bad", ""


@dataclass(frozen=True)
class Mark:
    """Words, and the tone that they are also coloured by."""

    words: str
    tone: str = PLAIN


def midnight() -> datetime:
    """When the next day begins in India."""
    return make_aware(datetime.combine(localdate() + timedelta(days=1), time.min))


def in_words(moment: datetime) -> str:
    """`14:30` today, `20 Nov, 14:30` on any other day."""
    local = localtime(moment)
    return f"{local:%H:%M}" if local.date() == localdate() else f"{local.day} {local:%b, %H:%M}"


def holder(lead: Lead, user: User) -> Mark:
    """Who has claimed it, and until when."""
    if not lead.is_held or lead.lease_ends_at is None:
        return Mark("" if lead.converted_at else "Free")
    until = in_words(lead.lease_ends_at)
    if lead.owner_id == user.pk:
        return Mark(f"You until {until}", GOOD)
    return Mark(f"{name_of(lead.owner)} until {until}", FAIR)


def first_contact(lead: Lead) -> Mark | None:
    """Whether somebody called within `LEAD_FIRST_CONTACT_MINUTES`; None if nobody is to call."""
    if lead.first_contacted_at:
        late = lead.first_contacted_at > lead.contact_due_at
        return Mark(
            f"Called after {_lasting(lead.first_contacted_at - lead.created_at)}",
            PLAIN if late else GOOD,
        )
    if not _awaits_contact(lead):
        return None
    due, now = lead.contact_due_at, timezone.now()
    if now >= due:
        return Mark(f"Late since {in_words(due)}", BAD)
    return Mark(f"Call by {in_words(due)}", FAIR if now >= due - _soon() else PLAIN)


def follow_up(lead: Lead) -> Mark | None:
    """When to try again, and how pressing that is."""
    if lead.follow_up_at is None:
        return None
    words = in_words(lead.follow_up_at)
    if lead.follow_up_at <= timezone.now():
        return Mark(f"Overdue since {words}", BAD)
    if lead.follow_up_at < midnight():
        return Mark(f"Due today, {words}", FAIR)
    return Mark(f"Due {words}")


def turns(lead: Lead) -> Iterator[datetime]:
    """The moments, past ones too, at which the row comes to say something else by itself."""
    if lead.lease_ends_at:
        yield lead.lease_ends_at
    if lead.follow_up_at:
        yield lead.follow_up_at
    if not lead.first_contacted_at and _awaits_contact(lead):
        yield lead.contact_due_at - _soon()
        yield lead.contact_due_at


def _awaits_contact(lead: Lead) -> bool:
    return lead.converted_at is None and lead.may_be_contacted


def _soon() -> timedelta:
    """How long before it is late a call becomes pressing: the last third of its time."""
    return timedelta(minutes=settings.LEAD_FIRST_CONTACT_MINUTES) / 3


def _lasting(span: timedelta) -> str:
    minutes = max(0, int(span.total_seconds())) // 60
    if minutes < 90:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days"
