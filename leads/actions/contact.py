"""Contacting a person: reveal the number, log calls and notes, set follow-ups."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localdate

from accounts import limits
from accounts.errors import RateLimited
from accounts.models import RateCounter, SecurityEvent, User
from accounts.models.security_event import Kind
from leads import access
from leads.access import Action
from leads.actions.status import move
from leads.errors import RevealsUsedUp
from leads.models import Lead
from leads.models.lead_choices import Status
from leads.models.lead_event import CallOutcome, EventKind
from leads.timeline import ASSIGNMENT_LEASE, lock_lead, record
from loopin.errors import raises
from loopin.times.days import end_of_today


@raises(*access.refusals(Action.CONTACT), RevealsUsedUp)
@transaction.atomic
def reveal(lead_id: int, *, actor: User) -> Lead:
    """Show the owner the full number until the claim ends. The timeline and the security log record
    it."""
    lead = lock_lead(lead_id, Action.CONTACT, actor=actor)
    if lead.revealed_at:
        return lead
    try:
        limits.spend([limits.REVEALS_TODAY.limit_for(localdate(), actor.pk)])
    except RateLimited as refused:
        raise RevealsUsedUp(refused.retry_after) from None
    lead.revealed_at = timezone.now()
    record(lead, EventKind.REVEALED, actor=actor)
    SecurityEvent.objects.record(
        Kind.REVEALED, user_id=actor.pk, recipient=lead.phone_number, data={"lead": lead.pk}
    )
    return lead


def reveals_today(user_id: int) -> int:
    """How many numbers somebody has revealed today."""
    return RateCounter.objects.get_count(limits.REVEALS_TODAY.key_for(localdate(), user_id))


@raises(access.require_contactable, move)
def _promise(lead: Lead, at: datetime, *, actor: User) -> None:
    """Set a follow-up, and extend the claim, so that its owner has time to call.

    Whoever promises is reminded of it, unless they do it for the lead's owner, whose promise it is
    then.
    """
    access.require_contactable(lead)
    move(lead, Status.FOLLOW_UP, actor=actor)
    lead.promise(at, lead.owner_id if lead.is_claimed else actor.pk)
    if lead.is_claimed:
        lead.extend_lease_until(at + ASSIGNMENT_LEASE)


@raises(*access.refusals(Action.CONTACT), _promise)
@transaction.atomic
def log_call(  # noqa: PLR0913  the parts of a call
    lead_id: int,
    outcome: CallOutcome,
    *,
    actor: User,
    note: str = "",
    call_back_at: datetime | None = None,
    submission: UUID | None = None,
) -> Lead:
    """Record the outcome of a call, which keeps a promise that is due today. `call_back_at` is the
    next promise. `submission`: as for `write_note`."""
    lead = lock_lead(lead_id, Action.CONTACT, actor=actor)
    data = {"outcome": outcome.value} | _mark_of(submission)
    if call_back_at is not None:
        data["call_back_at"] = call_back_at.isoformat()
    if submission and _is_recorded(lead, EventKind.CALLED, actor=actor, data=data, note=note):
        return lead
    lead.first_contacted_at = lead.first_contacted_at or timezone.now()
    is_kept = lead.follow_up_at is not None and lead.follow_up_at < end_of_today()
    if is_kept:
        lead.promise(None)
    if call_back_at is None and (is_kept or lead.status == Status.NEW):
        move(lead, Status.CONTACTED, actor=actor)
    if call_back_at is not None:
        _promise(lead, call_back_at, actor=actor)
    record(lead, EventKind.CALLED, actor=actor, data=data, note=note)
    return lead


@raises(*access.refusals(Action.WORK))
@transaction.atomic
def write_note(lead_id: int, text: str, *, actor: User, submission: UUID | None = None) -> Lead:
    """Add a note to the timeline.

    `submission` names the form that was filled in, which adds the same note once however often it
    is sent: a browser that got no answer sends it again.
    """
    lead, data = lock_lead(lead_id, Action.WORK, actor=actor), _mark_of(submission)
    if submission and _is_recorded(lead, EventKind.NOTED, actor=actor, data=data, note=text):
        return lead
    record(lead, EventKind.NOTED, actor=actor, data=data, note=text)
    return lead


def _mark_of(submission: UUID | None) -> dict[str, str]:
    return {} if submission is None else {"submission": str(submission)}


def _is_recorded(
    lead: Lead, kind: EventKind, *, actor: User, data: dict[str, str], note: str
) -> bool:
    """Whether the same form has recorded the same. What was changed before it was sent again is
    something else, and is recorded too."""
    events = lead.events.filter(kind=kind, actor=actor, data=data)
    events = events.filter(note__text=note) if note else events.filter(note=None)
    return bool(events.exists())


@raises(*access.refusals(Action.WORK), _promise)
@transaction.atomic
def set_follow_up(lead_id: int, at: datetime | None, *, actor: User) -> Lead:
    """Set when to call again, if the person may be called; None removes the follow-up."""
    lead = lock_lead(lead_id, Action.WORK, actor=actor)
    if at is not None:
        _promise(lead, at, actor=actor)
    else:
        lead.promise(None)
    data = {"at": at.isoformat() if at else None}
    record(lead, EventKind.FOLLOW_UP_SET, actor=actor, data=data)
    return lead
