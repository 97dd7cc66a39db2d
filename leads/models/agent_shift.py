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
"""When a shift ends by itself."""

NEVER = datetime.min.replace(tzinfo=UTC)

CLOCK = models.Func(function="clock_timestamp", output_field=models.DateTimeField())
"""The time of the statement: a transaction that waited began before the one it waited for."""


class AgentShiftQuerySet(models.QuerySet["AgentShift"]):
    def on(self) -> Self:
        """Those that have begun and did not end yet."""
        return self.filter(started_at__gt=Now() - LENGTH)

    @transaction.atomic
    def give(self, lead_id: int, members: models.QuerySet[User], *, lease: timedelta) -> bool:
        """Give a free lead to who waited longest of the members on shift; False if nobody is.

        All who are on shift are locked in one order until the transaction ends, so that of
        simultaneous leads each sees whose turn the one before it took.
        """
        on_shift = list(self.on().select_for_update().order_by("user_id"))
        in_turn = sorted(on_shift, key=lambda shift: (shift.last_assigned_at or NEVER, shift.pk))
        able = set(members.filter(shift__in=on_shift).values_list("pk", flat=True))
        user_id = next((shift.pk for shift in in_turn if shift.pk in able), None)
        if user_id is None:
            return False
        self.filter(pk=user_id).update(last_assigned_at=CLOCK)
        given = Lead.objects.filter(pk=lead_id, owner=None).record(
            EventKind.ASSIGNED,
            data={"agent": user_id, "automatic": True},
            owner=user_id,
            claimed_at=Now(),
            lease_ends_at=Now() + lease,
            revealed_at=None,
        )
        return bool(given)

    def toggle(self, user_id: int, *, is_on: bool) -> None:
        """Begin a shift, or end it; whose turn it is stays as it was."""
        started_at = Now() if is_on else None
        self.update_or_create(pk=user_id, defaults={"started_at": started_at})


class AgentShift(models.Model):
    """Whether somebody takes fresh leads, and when they last got one. Off shift: no start."""

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
