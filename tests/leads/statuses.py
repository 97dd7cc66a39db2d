"""Leads that are in a status already, whatever led to it."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from leads.models import Lead
from leads.models.lead_event import EventKind
from loopin.sql import execute


def write(leads: QuerySet[Lead], **columns: Any) -> None:
    """Set columns of leads, as a history would that is not told here. The database refuses moves
    that nobody asked for, but not on a replica."""
    with transaction.atomic():
        execute("SET LOCAL session_replication_role = replica", [])
        leads.update(**columns)
        execute("SET LOCAL session_replication_role = DEFAULT", [])


def make_lead(phone_number: str, **columns: Any) -> Lead:
    """A lead of somebody who asked for a code, with these columns."""
    Lead.objects.advance(phone_number, EventKind.CODE_REQUESTED)
    write(Lead.objects.filter(phone_number=phone_number), **columns)
    return Lead.objects.get(phone_number=phone_number)


def put_into(status: str, **columns: Any) -> None:
    """Put every lead into a status, with what belongs to it."""
    now = timezone.now()
    belongs: dict[str, dict[str, Any]] = {
        "do_not_contact": {"refused_at": now, "consent_at": None, "consent_proof": "staff"},
        "converted": {"verified_at": now, "converted_at": now},
    }
    write(Lead.objects.all(), status=status, **belongs.get(status, {}) | columns)
