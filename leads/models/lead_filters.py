from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Now

from leads.models.lead_choices import Status
from leads.models.lead_event import EventKind, LeadEvent

PERSONAL_FIELDS = (
    *("phone_number", "name", "email", "country", "source", "status", "stage"),
    *("consent_at", "refused_at", "consent_version", "consent_proof"),
    *("created_at", "last_activity_at"),
    *("delivered_at", "attempted_at", "verified_at", "converted_at", "profile_step"),
)
"""The columns of a lead in the personal data that its person may export."""


class LeadFilters(models.QuerySet[Any]):
    """The queries of leads that change nothing."""

    def past_retention(self) -> Self:
        """Never verified, and nothing happened for `LEAD_RETENTION_DAYS`.

        People who asked not to be contacted stay, because their wish has to be known.
        """
        cutoff = Now() - timedelta(days=settings.LEAD_RETENTION_DAYS)
        idle = self.filter(verified_at=None, last_activity_at__lt=cutoff)
        recent = LeadEvent.objects.filter(lead=OuterRef("pk"), created_at__gte=cutoff)
        refused = Q(status=Status.DO_NOT_CONTACT) | Q(refused_at__isnull=False)
        return idle.exclude(Exists(recent)).exclude(refused)

    def with_page_data(self) -> Self:
        """With the owner, the id of the last event (`last_event_id`), and when somebody last
        vouched for the number (`vouched_at`)."""
        events = LeadEvent.objects.filter(lead=OuterRef("pk")).order_by("-pk")
        vouched = events.filter(kind=EventKind.VERIFIED_BY_HAND)
        return self.select_related("owner").annotate(
            last_event_id=Subquery(events.values("pk")[:1]),
            vouched_at=Subquery(vouched.values("created_at")[:1]),
        )

    def follow_ups(self, user_id: int, *, until: datetime) -> dict[str, int]:
        """How many follow-ups somebody has: `due` ones before a moment, and how many of those are
        `overdue`."""
        mine = self.with_number().claimed_by(user_id).filter(follow_up_at__lt=until)
        return mine.aggregate(due=Count("pk"), overdue=Count("pk", Q(follow_up_at__lt=Now())))

    def with_number(self) -> Self:
        """The leads that still have a number, and so a person to call."""
        return self.exclude(phone_number=None)

    def unclaimed(self) -> Self:
        """The leads that nobody has claimed."""
        return self.filter(Q(owner=None) | Q(lease_ends_at__lte=Now()))

    def claimed_by(self, user_id: int) -> Self:
        return self.filter(owner_id=user_id, lease_ends_at__gt=Now())

    def personal_data_of(self, user_id: int) -> dict[str, Any] | None:
        """A person's lead with its timeline and notes, without the names of staff. None without a
        lead."""
        lead = self.filter(user_id=user_id).first()
        if lead is None:
            return None
        timeline = lead.events.order_by("pk").values("kind", "data", "created_at")
        notes = lead.notes.order_by("pk").values("text", "created_at")
        parts = {"timeline": list(timeline), "notes": list(notes)}
        return {name: getattr(lead, name) for name in PERSONAL_FIELDS} | parts
