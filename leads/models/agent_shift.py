from datetime import UTC, datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models.user import User
from leads.models.lead import Lead
from leads.models.lead_event import EventKind

LENGTH = timedelta(hours=12)
"""How long a shift lasts unless it is ended before."""

NEVER = datetime.min.replace(tzinfo=UTC)

STATEMENT_TIME = models.Func(function="clock_timestamp", output_field=models.DateTimeField())
"""The time of the statement. The time of the transaction would not do: one that waited for another
began before it."""


class AgentShiftQuerySet(models.QuerySet["AgentShift"]):
    def on_shift(self) -> Self:
        """The shifts that have begun and not ended."""
        return self.filter(started_at__gt=Now() - LENGTH)

    @transaction.atomic
    def assign_next(
        self, lead_id: int, members: models.QuerySet[User], *, lease: timedelta
    ) -> bool:
        """Assign a fresh lead to the member on shift who has waited longest; False if it is not
        fresh (`LeadFilters.fresh`), or nobody is on shift.

        All shifts are locked in one order until the transaction ends, so that simultaneous leads
        go to different members.
        """
        fresh = Lead.objects.fresh().filter(pk=lead_id)
        user_id = self._next_in_turn(members) if fresh.exists() else None
        if user_id is None:
            return False
        assigned = fresh.record(
            EventKind.ASSIGNED,
            data={"agent": user_id, "automatic": True},
            owner=user_id,
            claimed_at=Now(),
            lease_ends_at=Now() + lease,
            revealed_at=None,
            promised_by=models.Case(models.When(follow_up_at__isnull=False, then=user_id)),
        )
        if assigned:
            self.filter(pk=user_id).update(last_assigned_at=STATEMENT_TIME)
        return bool(assigned)

    def _next_in_turn(self, members: models.QuerySet[User]) -> int | None:
        on_shift = list(self.on_shift().select_for_update().order_by("user_id"))
        in_turn = sorted(on_shift, key=lambda shift: (shift.last_assigned_at or NEVER, shift.pk))
        member_ids = set(members.filter(shift__in=on_shift).values_list("pk", flat=True))
        return next((shift.pk for shift in in_turn if shift.pk in member_ids), None)

    def toggle(self, user_id: int, *, is_on: bool) -> None:
        """Begin a shift, or end it; `last_assigned_at` stays, so nobody gains a turn by it."""
        started_at = Now() if is_on else None
        self.update_or_create(pk=user_id, defaults={"started_at": started_at})


class AgentShift(models.Model):
    """Whether somebody takes new leads, and when they last got one. `started_at`: None off
    shift."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="shift"
    )
    started_at = models.DateTimeField(null=True, blank=True)
    last_assigned_at = models.DateTimeField(null=True, blank=True)

    objects = AgentShiftQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["started_at"], name="agentshift_started_at")]

    def __str__(self) -> str:
        return f"Shift of user {self.user_id}"

    @property
    def is_on(self) -> bool:
        return self.started_at is not None and self.started_at > timezone.now() - LENGTH
