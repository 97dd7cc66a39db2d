"""Turns the events of a lead into the lines that people read."""

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
from accounts.profile.drafts import VERSION_1
from accounts.profile.sections import SECTIONS
from leads.models import Lead, LeadEvent
from leads.models.lead_choices import Source, Status
from leads.models.lead_consent import Proof
from leads.models.lead_event import CallOutcome, EventKind
from leads.models.resume_link import Channel, Place
from leads.team import name_of
from loopin.models.kinds import label_of

PERSON, SOMEBODY, LOOPIN = gettext_lazy("The person"), gettext_lazy("Somebody"), "Loopin"

AUTOMATIC_KINDS = {
    EventKind.CODE_DELIVERED,
    EventKind.CODE_UNDELIVERED,
    EventKind.CODE_UNCONFIRMED,
    EventKind.SUPERSEDED,
    EventKind.ASSIGNED,
    EventKind.IMPORTED,
    EventKind.EXPORTED,
}
"""Events that neither the person nor a member of staff caused."""

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

STEPS = {section.name: section.title for section in SECTIONS} | {
    VERSION_1: gettext_lazy("all that an early app asks for")
}

DATE_FORMAT = "j M Y, H:i"


@dataclass(frozen=True)
class TimelineLine:
    """An event in words: who did what, when, and with which details."""

    pk: int
    at: datetime
    who: str
    what: str
    details: list[str]
    note: str


def progress(lead: Lead) -> str:
    """How many steps of the profile a verified person has done; "" before the first and after the
    last.

    Apps send the whole profile at once, so their users have no steps.
    """
    is_incomplete = lead.profile_step and lead.verified_at and not lead.converted_at
    return f"Profile: {lead.profile_step} of {len(SECTIONS)}" if is_incomplete else ""


def lines(events: Iterable[LeadEvent], names: Mapping[int, str]) -> list[TimelineLine]:
    """`names`: of the agents in the data of the events, by their ids (`agents_named`)."""
    return [_line(event, names) for event in events]


def agents_named(events: Iterable[LeadEvent]) -> set[int]:
    """The ids of the agents in the data of the events."""
    return {event.data["agent"] for event in events if isinstance(event.data.get("agent"), int)}


def _line(event: LeadEvent, names: Mapping[int, str]) -> TimelineLine:
    note = getattr(event, "note", None)
    return TimelineLine(
        pk=event.pk,
        at=event.created_at,
        who=_who(event),
        what=str(label_of(EventKind, event.kind)),
        details=_details(event.data, names),
        note=note.text if note else "",
    )


def _who(event: LeadEvent) -> str:
    if event.actor is not None:
        return name_of(event.actor)
    if event.kind in AUTOMATIC_KINDS:
        return LOOPIN
    return str(SOMEBODY if event.data.get("proof") == Proof.CLAIMED else PERSON)


def _details(data: dict[str, Any], names: Mapping[int, str]) -> list[str]:
    details = [describe(data[key]) for key, describe in DETAILS.items() if data.get(key)]
    if "to" in data:
        before, after = _label(Status, data.get("from")), _label(Status, data["to"])
        details.append(_("from %(before)s to %(after)s") % {"before": before, "after": after})
    if "agent" in data:
        details.append(_to(names.get(data["agent"])))
    details += [str(text) for (key, value), text in ABSENCES.items() if data.get(key, "") is value]
    return [detail for detail in details if detail]


def _to(name: str | None) -> str:
    return _("to %(name)s") % {"name": name} if name else _("to somebody who left")


def _label(choices: Any, value: Any) -> str:
    """The label of a choice; the value itself if there is no such choice any more."""
    return str(dict(choices.choices).get(value, value or ""))


def _date_and_time(value: str) -> str:
    parsed = parse_datetime(value)
    return date_format(localtime(parsed), DATE_FORMAT) if parsed else ""


def _source(value: str) -> str:
    return _label(Source, value)


def _channel(value: str) -> str:
    """The channel of a code or of a resume link, which have different choices."""
    return _label(CodeChannel if value in CodeChannel.values else Channel, value)


def _country(value: str) -> str:
    return _("from %(country)s") % {"country": value}


def _reason(value: str) -> str:
    return str(REASONS.get(value, str(value).replace("_", " ")))


def _step(value: str) -> str:
    return str(STEPS.get(value, value))


def _outcome(value: str) -> str:
    return _label(CallOutcome, value)


def _call_back_at(value: str) -> str:
    return _("at %(moment)s") % {"moment": _date_and_time(value)}


def _follow_up_at(value: str) -> str:
    return _("for %(moment)s") % {"moment": _date_and_time(value)}


def _consent(value: bool) -> str:
    return _("may be contacted")


def _proof(value: str) -> str:
    return _label(Proof, value)


def _unconfirmed(value: bool) -> str:
    return _("does not confirm that calls are welcome")


def _automatic(value: bool) -> str:
    return _("by turn")


def _called_in(value: bool) -> str:
    return _("the person called")


def _place(value: str) -> str:
    return _label(Place, value)


DETAILS: dict[str, Callable[[Any], str]] = {
    "source": _source,
    "channel": _channel,
    "ip_country": _country,
    "reason": _reason,
    "step": _step,
    "outcome": _outcome,
    "call_back_at": _call_back_at,
    "at": _follow_up_at,
    "contact_consent": _consent,
    "proof": _proof,
    "is_unconfirmed": _unconfirmed,
    "automatic": _automatic,
    "place": _place,
    "called_in": _called_in,
}
"""How each part of an event's data is written, in this order."""

ABSENCES: dict[tuple[str, bool | None], Any] = {
    ("at", None): gettext_lazy("no more"),
    ("contact_consent", False): gettext_lazy("may not be contacted"),
}
"""What is written where a part of the data is None or False."""
