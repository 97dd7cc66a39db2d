from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from loopin.models.kinds import KindField
from loopin.statements.event_order import EventOrder

RETENTION = timedelta(days=30)
"""How long an event can be followed: whoever has not read it by then reads the people anew."""


ORDER = EventOrder("accounts_look_at_events")
"""In which events are followed, by whoever misses none."""


class TransactionIdField(models.Field[str, str]):
    """PostgreSQL's 64-bit transaction id (`xid8`).

    Migrations have a copy of their own, because this class may move or change.
    """

    def db_type(self, connection: Any) -> str:
        return "xid8"

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "accounts.migrations._fields.TransactionIdField", args, kwargs


class PersonEventKind(models.TextChoices):
    """What happened to a person, by the names under which other systems are told of it."""

    VERIFIED = "user.verified", _("A person proved their number")
    PROFILE_COMPLETED = "user.profile_completed", _("A profile was completed")
    PROFILE_UPDATED = "user.profile_updated", _("What a person says of themselves was changed")
    PHONE_CHANGED = "user.phone_changed", _("A person moved to another number")
    DEACTIVATED = "user.deactivated", _("An account was deactivated")
    REACTIVATED = "user.reactivated", _("An account was activated again")
    DELETED = "user.deleted", _("A person was deleted")
    CONSENT_CHANGED = "consent.changed", _("A person agreed to be contacted, or no longer does")
    SESSION_REVOKED = "session.revoked", _("A device was signed out")


class PersonEventQuerySet(models.QuerySet["PersonEvent"]):
    def past_retention(self) -> Self:
        """Older than 30 days."""
        return self.filter(created_at__lt=Now() - RETENTION)


class PersonEvent(models.Model):
    """Something that happened to a customer, for the systems that follow it.

    Triggers write the rows, in the transaction of what happened and without a statement of their
    own: whoever changes a user, a profile, a session or a consent, and by whatever door, the event
    is there. The SQL is in the first migrations of accounts and leads.

    `data` says only what happened: `fields` (names), `session_id`, or `contact_consent` with its
    `proof`. It outlives the person, whose id is all that the event of the deletion has. Events of
    staff are not written. `transaction_id` tells a trigger what its own transaction has recorded,
    and nothing of the order of events (loopin/statements/event_order.py).
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    kind = KindField(max_length=32, choices=PersonEventKind)
    data = models.JSONField(default=dict, db_default={})
    created_at = models.DateTimeField(db_default=Now())
    transaction_id = TransactionIdField(
        db_default=models.Func(function="pg_current_xact_id"), editable=False
    )

    objects = PersonEventQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            # Finds what a transaction has recorded of a person, however many people it changes.
            models.Index(fields=["user", "transaction_id"], name="personevent_of_person"),
            # A few pages, however many events: they are written in the order of their time.
            BrinIndex(fields=["created_at"], name="personevent_created_at"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
