"""The timeline in words: what a line's kind and data mean to somebody who reads it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.messaging.channels import Channel as CodeChannel
from accounts.profile.sections import SECTIONS
from leads.models import Lead, LeadEvent
from leads.models.lead_choices import Source, Status
from leads.models.lead_event import CallOutcome, EventKind
from leads.models.resume_link import Channel
from leads.team import name_of

PERSON, LOOPIN = gettext_lazy("The person"), "Loopin"

BY_ITSELF = {
    EventKind.CODE_DELIVERED,
    EventKind.CODE_UNDELIVERED,
    EventKind.SUPERSEDED,
    EventKind.ASSIGNED,
    EventKind.IMPORTED,
    EventKind.EXPORTED,
}
"""What nobody of staff did and the person neither."""

REASONS = {
    "undeliverable": gettext_lazy("no message can reach this number"),
    "unsubscribed": gettext_lazy("the person refuses our messages"),
    "unreachable": gettext_lazy("the phone was off or out of reach"),
    "unknown_number": gettext_lazy("nobody has this number"),
    "blocked": gettext_lazy("the network blocked it"),
    "landline": gettext_lazy("it is a landline"),
    "filtered": gettext_lazy("the network took it for spam"),
    "not_delivered": gettext_lazy("the network lost it"),
    "sms_unavailable": gettext_lazy("our provider did not answer"),
    "sms_budget_exhausted": gettext_lazy("today's messages are used up"),
    "rate_limited": gettext_lazy("too many requests"),
    "country_not_allowed": gettext_lazy("we send no messages to this country"),
}

STEPS = {section.name: section.title for section in SECTIONS}

MOMENT = "j M Y, H:i"


@dataclass(frozen=True)
class Line:
    """A line of the timeline as it is read."""

    pk: int
    at: datetime
    who: str
    what: str
    details: list[str]
    note: str


def progress(lead: Lead) -> str:
    """How far the profile of somebody verified is; "" while it is not begun, and when it is done.

    Nothing of those who come by app, where it is sent at once.
    """
    is_on_the_way = lead.profile_step and lead.verified_at and not lead.converted_at
    return f"Profile: {lead.profile_step} of {len(SECTIONS)}" if is_on_the_way else ""


def lines(events: Iterable[LeadEvent], names: Mapping[int, str]) -> list[Line]:
    """`names`: of the members of staff that data names, by their ids."""
    return [_line(event, names) for event in events]


def agents_named(events: Iterable[LeadEvent]) -> set[int]:
    """The ids of the members of staff that data names."""
    return {event.data["agent"] for event in events if isinstance(event.data.get("agent"), int)}


def _line(event: LeadEvent, names: Mapping[int, str]) -> Line:
    note = getattr(event, "note", None)
    return Line(
        pk=event.pk,
        at=event.created_at,
        who=_who(event),
        what=str(EventKind(event.kind).label),
        details=_details(event.data, names),
        note=note.text if note else "",
    )


def _who(event: LeadEvent) -> str:
    if event.actor is not None:
        return name_of(event.actor)
    return LOOPIN if event.kind in BY_ITSELF else str(PERSON)


def _details(data: dict[str, Any], names: Mapping[int, str]) -> list[str]:
    told = [word(data[key]) for key, word in WORDS.items() if data.get(key)]
    if "to" in data:
        before, after = _label(Status, data.get("from")), _label(Status, data["to"])
        told.append(_("from %(before)s to %(after)s") % {"before": before, "after": after})
    if "agent" in data:
        told.append(_to(names.get(data["agent"])))
    told += [str(words) for (key, value), words in UNUSUAL.items() if data.get(key, "") is value]
    return [words for words in told if words]


def _to(name: str | None) -> str:
    return _("to %(name)s") % {"name": name} if name else _("to somebody who left")


def _label(choices: Any, value: Any) -> str:
    """The words of a choice; of one that is gone, itself."""
    return str(dict(choices.choices).get(value, value or ""))


def _moment(value: str) -> str:
    moment = parse_datetime(value)
    return date_format(localtime(moment), MOMENT) if moment else ""


def _reason(value: str) -> str:
    return str(REASONS.get(value, str(value).replace("_", " ")))


WORDS: dict[str, Callable[[Any], str]] = {
    "source": lambda value: _label(Source, value),
    "channel": lambda value: _label(CodeChannel if value in CodeChannel.values else Channel, value),
    "ip_country": lambda value: _("from %(country)s") % {"country": value},
    "reason": _reason,
    "step": lambda value: str(STEPS.get(value, value)),
    "outcome": lambda value: _label(CallOutcome, value),
    "call_back_at": lambda value: _("at %(moment)s") % {"moment": _moment(value)},
    "at": lambda value: _("for %(moment)s") % {"moment": _moment(value)},
    "contact_consent": lambda value: _("may be contacted"),
    "automatic": lambda value: _("by turn"),
}
"""What each part of an event's data says, in this order."""

UNUSUAL: dict[tuple[str, bool | None], Any] = {
    ("at", None): gettext_lazy("no more"),
    ("contact_consent", False): gettext_lazy("may not be contacted"),
}
"""What the absence of something says."""
