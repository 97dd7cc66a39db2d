from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from leads.models.lead_event import EventKind
from loopin.sql import execute, fetch_row

LENGTH = timedelta(hours=12)
"""When a shift ends by itself."""

# All who are on shift are locked in one order, and what was waited for is read again, so that of
# simultaneous leads each sees whose turn the one before it took. `clock_timestamp()`: a transaction
# that waited began before the one it waited for.
GIVE = """
WITH on_shift AS MATERIALIZED (
    SELECT shift.user_id, shift.last_assigned_at
    FROM leads_agentshift AS shift
    WHERE shift.started_at > now() - %(length)s
    ORDER BY shift.user_id
    FOR UPDATE OF shift
), able AS (
    SELECT on_shift.user_id
    FROM on_shift JOIN accounts_user AS account ON account.id = on_shift.user_id
    WHERE account.is_active AND account.is_staff AND (account.is_superuser OR EXISTS (
        SELECT FROM auth_permission AS permission
        JOIN django_content_type AS type ON type.id = permission.content_type_id
        WHERE type.app_label = 'leads' AND permission.codename = 'work_leads'
          AND permission.id IN (
              SELECT permission_id FROM accounts_user_user_permissions WHERE user_id = account.id
              UNION ALL
              SELECT granted.permission_id FROM auth_group_permissions AS granted
              JOIN accounts_user_groups AS membership USING (group_id)
              WHERE membership.user_id = account.id)))
    ORDER BY on_shift.last_assigned_at NULLS FIRST, on_shift.user_id
    LIMIT 1
), turn AS (
    UPDATE leads_agentshift AS shift SET last_assigned_at = clock_timestamp()
    FROM able WHERE shift.user_id = able.user_id
    RETURNING shift.user_id
), lead AS (
    UPDATE leads_lead AS lead
    SET owner_id = turn.user_id, claimed_at = now(), lease_ends_at = now() + %(lease)s,
        revealed_at = NULL
    FROM turn WHERE lead.id = %(lead_id)s AND lead.owner_id IS NULL
    RETURNING lead.id, lead.owner_id
)
INSERT INTO leads_leadevent (lead_id, kind, data)
SELECT id, %(kind)s, jsonb_build_object('agent', owner_id, 'automatic', TRUE) FROM lead
"""

TOGGLE = """
INSERT INTO leads_agentshift AS shift (user_id, started_at)
VALUES (%(user_id)s, CASE WHEN %(is_on)s THEN now() END)
ON CONFLICT (user_id) DO UPDATE SET started_at = excluded.started_at
RETURNING started_at
"""


class AgentShiftQuerySet(models.QuerySet["AgentShift"]):
    def give(self, lead_id: int, *, lease: timedelta) -> bool:
        """Give a free lead to who waited longest of those on shift; False if nobody is.

        One statement. Simultaneous ones wait for each other until their transactions end.
        """
        values = {"lead_id": lead_id, "lease": lease, "length": LENGTH}
        return execute(GIVE, values | {"kind": EventKind.ASSIGNED.value}) == 1

    def toggle(self, user_id: int, *, is_on: bool) -> None:
        """Begin a shift, or end it; whose turn it is stays as it was."""
        fetch_row(TOGGLE, {"user_id": user_id, "is_on": is_on})


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
