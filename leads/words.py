"""The timeline in words: what a line's kind and data mean to somebody who reads it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime

from accounts.sections import SECTIONS
from leads.flows.claiming import name_of
from leads.models import Lead, LeadEvent
from leads.models.lead import Source, Status
from leads.models.lead_event import CallOutcome, EventKind
from leads.models.resume_link import Channel

PERSON, LOOPIN = "The person", "Loopin"

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
    "undeliverable": "no message can reach this number",
    "unsubscribed": "the person refuses our messages",
    "unreachable": "the phone was off or out of reach",
    "unknown_number": "nobody has this number",
    "blocked": "the network blocked it",
    "landline": "it is a landline",
    "filtered": "the network took it for spam",
    "not_delivered": "the network lost it",
    "sms_unavailable": "our provider did not answer",
    "sms_budget_exhausted": "today's messages are used up",
    "rate_limited": "too many requests",
    "country_not_allowed": "we send no messages to this country",
}

STEPS = {
    "about": "name, birth date and gender",
    "interests": "interests",
    "pictures": "pictures",
    "more": "city, bio and e-mail",
}

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
        what=EventKind(event.kind).label,
        details=_details(event.data, names),
        note=note.text if note else "",
    )


def _who(event: LeadEvent) -> str:
    if event.actor is not None:
        return name_of(event.actor)
    return LOOPIN if event.kind in BY_ITSELF else PERSON


def _details(data: dict[str, Any], names: Mapping[int, str]) -> list[str]:
    told = [word(data[key]) for key, word in WORDS.items() if data.get(key)]
    if "to" in data:
        told.append(f"{_label(Status, data.get('from'))} → {_label(Status, data['to'])}")
    if "agent" in data:
        told.append(f"to {names.get(data['agent'], 'somebody who left')}")
    told += [words for (key, value), words in UNUSUAL.items() if data.get(key, "") is value]
    return [words for words in told if words]


def _label(choices: Any, value: Any) -> str:
    """The words of a choice; of one that is gone, itself."""
    return str(dict(choices.choices).get(value, value or ""))


def _moment(value: str) -> str:
    moment = parse_datetime(value)
    return date_format(localtime(moment), MOMENT) if moment else ""


def _reason(value: str) -> str:
    return REASONS.get(value, str(value).replace("_", " "))


WORDS: dict[str, Callable[[Any], str]] = {
    "source": lambda value: _label(Source, value),
    "channel": lambda value: _label(Channel, value),
    "ip_country": lambda value: f"from {value}",
    "reason": _reason,
    "step": lambda value: STEPS.get(value, str(value)),
    "outcome": lambda value: _label(CallOutcome, value),
    "call_back_at": lambda value: f"at {_moment(value)}",
    "at": lambda value: f"for {_moment(value)}",
    "contact_consent": lambda value: "may be contacted",
    "automatic": lambda value: "by turn",
}
"""What each part of an event's data says, in this order."""

UNUSUAL: dict[tuple[str, bool | None], str] = {
    ("at", None): "no more",
    ("contact_consent", False): "may not be contacted",
}
"""What the absence of something says."""
