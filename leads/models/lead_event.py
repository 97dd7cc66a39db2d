from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class TransactionIdField(models.Field[str, str]):
    """PostgreSQL's 64-bit transaction id (`xid8`), which never wraps around."""

    def db_type(self, connection: Any) -> str:
        return "xid8"


class CurrentTransactionId(models.Func):
    function = "pg_current_xact_id"
    arity = 0
    output_field = TransactionIdField()


class EventKind(models.TextChoices):
    CODE_REQUESTED = "code_requested", "Asked for a code"
    CODE_UNDELIVERED = "code_undelivered", "The code could not be delivered"
    CODE_REFUSED = "code_refused", "Typed a wrong code"
    PHONE_VERIFIED = "phone_verified", "Verified the phone number"
    PROFILE_COMPLETED = "profile_completed", "Completed the profile"
    PROFILE_CHANGED = "profile_changed", "Changed the profile"
    VERIFIED_BY_HAND = "verified_by_hand", "Marked as verified"
    STATUS_CHANGED = "status_changed", "Status changed"
    PHONE_CHANGED = "phone_changed", "Changed the phone number"
    SUPERSEDED = "superseded", "The number went to another lead"
    ACCOUNT_DELETED = "account_deleted", "Deleted the account"


class LeadEvent(models.Model):
    """One line of a lead's timeline, which is also the audit trail: written once, never altered.

    A trigger refuses UPDATE, and DELETE outside of `loopin.sql.erasing`, so `data` holds nothing
    personal: it has to be able to stay when its person is forgotten. `transaction_id` orders events
    as they became visible, which `id` does not: see leads/changes.py.
    """

    lead = models.ForeignKey("leads.Lead", models.PROTECT, related_name="events")
    kind = models.CharField(max_length=32, choices=EventKind)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The member of staff who did it; empty when the person did.",
    )
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())
    transaction_id = TransactionIdField(db_default=CurrentTransactionId(), editable=False)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=EventKind.values), name="leadevent_kind_is_known"
            ),
        ]
        indexes = [
            models.Index(fields=["transaction_id", "id"], name="leadevent_visible_order"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
