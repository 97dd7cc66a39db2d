from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Now

from leads.models import lead_consent
from leads.models.lead_choices import Stage, Status
from leads.models.lead_consent import Proof
from leads.models.lead_event import EventKind, LeadEvent
from leads.models.lead_note import LeadNote

PERSONAL_FIELDS = (
    *("phone_number", "name", "email", "country", "source", "status", "stage"),
    *("consent_at", "refused_at", "consent_version", "consent_proof"),
    *("created_at", "last_activity_at"),
    *("delivered_at", "attempted_at", "verified_at", "converted_at", "profile_step"),
)
"""The columns of a lead in the personal data that its person may export."""


UNVERIFIED = Q(verified_at__isnull=True)
ATTEMPTED = Q(attempted_at__isnull=False, verified_at__isnull=True)
VERIFIED = Q(verified_at__isnull=False, converted_at__isnull=True)
STAGE_IMPLIES = {
    Stage.REQUESTED: UNVERIFIED,
    Stage.DELIVERED: UNVERIFIED,
    Stage.ATTEMPTED: ATTEMPTED,
    Stage.VERIFIED: VERIFIED,
    Stage.COMPLETED: Q(status=Status.CONVERTED),
}
"""What is true of all leads of a stage: the conditions of the indexes that find them. The stage
itself is in none, because it changes in each sign-up when the message arrives, and that alone would
make PostgreSQL write every index of the lead again."""


SAID_NO = Q(status=Status.DO_NOT_CONTACT) | Q(refused_at__isnull=False)
"""The leads of people who do not want to be contacted."""


def promises_of(user_id: int, *, sees_all: bool, until: datetime) -> Q:
    """The promised calls that are due before a moment: those that somebody made, and those of leads
    that they hold. `sees_all`: also what anybody has missed."""
    theirs = Q(promised_by=user_id) | Q(owner=user_id, lease_ends_at__gt=Now())
    due = Q(follow_up_at__lt=until) & theirs
    return due | Q(follow_up_at__lt=Now()) if sees_all else due


class LeadFilters(models.QuerySet[Any]):
    """The queries of leads that change nothing."""

    def past_retention(self) -> Self:
        """Never verified, nothing happened for `LEAD_RETENTION_DAYS`, and nothing is left to do.

        Leads with a holder or a promised call stay. So do people who asked not to be contacted,
        because their wish has to be known: of them goes what `details_past_retention` says.
        """
        return self._idle().exclude(SAID_NO).filter(follow_up_at=None).unclaimed()

    def details_past_retention(self) -> Self:
        """People who said no, of whom more is stored than the number and the no after the same
        time."""
        has_notes = Exists(LeadNote.objects.filter(lead=OuterRef("pk")))
        return self._idle().filter(SAID_NO).filter(~Q(name="", email="") | has_notes)

    def _idle(self) -> Self:
        cutoff = Now() - timedelta(days=settings.LEAD_RETENTION_DAYS)
        idle = self.filter(verified_at=None, last_activity_at__lt=cutoff)
        recent = LeadEvent.objects.filter(lead=OuterRef("pk"), created_at__gte=cutoff)
        return idle.exclude(Exists(recent))

    def contactable(self) -> Self:
        """The leads of which `Lead.may_be_contacted` is true and that have a number."""
        welcome = self.with_number().exclude(SAID_NO)
        if not settings.LEAD_CONSENT_REQUIRED:
            return welcome
        agreed = welcome.filter(consent_at__isnull=False)
        return agreed.filter(consent_proof=Proof.PROVEN) if lead_consent.needs_proof() else agreed

    def fresh(self) -> Self:
        """The leads that may be called and that nobody has ever had."""
        return self.contactable().filter(owner=None, claimed_at=None, converted_at=None)

    def with_page_data(self) -> Self:
        """With the owner, the id of the last event (`last_event_id`), and when somebody last
        vouched for the number (`vouched_at`)."""
        events = LeadEvent.objects.filter(lead=OuterRef("pk")).order_by("-pk")
        vouched = events.filter(kind=EventKind.VERIFIED_BY_HAND)
        return self.select_related("owner").annotate(
            last_event_id=Subquery(events.values("pk")[:1]),
            vouched_at=Subquery(vouched.values("created_at")[:1]),
        )

    def follow_ups(self, user_id: int, *, sees_all: bool, until: datetime) -> dict[str, int]:
        """How many promised calls somebody is told of: `due` ones before a moment, and how many of
        those are `overdue`. See `promises_of`."""
        told = self.with_number().filter(promises_of(user_id, sees_all=sees_all, until=until))
        return told.aggregate(due=Count("pk"), overdue=Count("pk", Q(follow_up_at__lt=Now())))

    def with_number(self) -> Self:
        """The leads that still have a number, and so a person to call."""
        return self.exclude(phone_number=None)

    def unclaimed(self) -> Self:
        """The leads that nobody has claimed."""
        return self.filter(Q(owner=None) | Q(lease_ends_at__lte=Now()))

    def claimed_by(self, user_id: int) -> Self:
        return self.filter(owner_id=user_id, lease_ends_at__gt=Now())

    def promised_by(self, user_id: int) -> Self:
        """The leads to whom somebody promised a call that was neither made nor dropped."""
        return self.filter(promised_by=user_id, follow_up_at__isnull=False)

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
