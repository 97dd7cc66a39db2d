"""A lead as the staff API shows it to somebody."""

from typing import Any

from accounts.models import User
from leads import masking
from leads.models import Lead, LeadEvent
from leads.team import name_of

AS_THEY_ARE = (
    *("id", "name", "email", "country", "source", "stage", "drop_off", "status"),
    *("is_name_claimed", "consent_at", "refused_at", "consent_proof"),
    *("may_be_contacted", "follow_up_at", "first_contacted_at", "contact_due_at"),
    *("verified_at", "converted_at", "created_at", "last_activity_at", "user_id"),
)


def lead_for(user: User, lead: Lead) -> dict[str, Any]:
    """Its number masked, unless this person owns the lead and has revealed it."""
    shown = {name: getattr(lead, name) for name in AS_THEY_ARE}
    return shown | {
        "phone_number": masking.number_for(lead, user),
        "is_number_shown": masking.is_number_shown(lead, user),
        "owner": _person(lead.owner) if lead.is_claimed else None,
        "lease_ends_at": lead.lease_ends_at if lead.is_claimed else None,
    }


def event(line: LeadEvent, *, lead: Lead, user: User) -> dict[str, Any]:
    """`lead`: which the line is about. `user`: who reads it."""
    note = line.note.text if hasattr(line, "note") else ""
    return {
        "id": line.pk,
        "kind": line.kind,
        "label": str(line.get_kind_display()),
        "at": line.created_at,
        "actor": _person(line.actor),
        "data": line.data,
        "note": masking.text_for(note, lead, user),
    }


def holder_of(hidden: Lead | None) -> dict[str, Any] | None:
    """Who holds a lead that the reader does not see, and nothing else of it."""
    if hidden is None or hidden.owner is None:
        return None
    return {"lead_id": hidden.pk, "id": hidden.owner.pk, "name": name_of(hidden.owner)}


def _person(user: User | None) -> dict[str, Any] | None:
    return None if user is None else {"id": user.pk, "name": name_of(user)}
