from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Q, Subquery
from django.db.models.functions import Coalesce, Now

from accounts.models.phone_otp import PhoneOTP
from loopin.models.kinds import KindField

KEPT = timedelta(hours=24)
"""How long a message is kept: about as long as its code is after it has expired."""


class MessageState(models.TextChoices):
    """How far a message came. After `HANDING_OVER` the provider, or nobody, has it."""

    HANDING_OVER = "handing_over", "Being handed over"
    ACCEPTED = "accepted", "Accepted by the provider"
    REFUSED = "refused", "Refused for its number"
    FAILED = "failed", "Not accepted"
    UNKNOWN = "unknown", "Nobody knows whether it left"


class MessageQuerySet(models.QuerySet["Message"]):
    def past_retention(self) -> Self:
        """Messages older than 24 hours. They have ids below that of the oldest one that is kept, so
        that the primary key finds them and no other index is written."""
        kept = self.model._default_manager.filter(created_at__gte=Now() - KEPT)
        oldest_kept = Subquery(kept.order_by("pk").values("pk")[:1])
        return self.filter(
            created_at__lt=Now() - KEPT, pk__lt=Coalesce(oldest_kept, models.Value(2**63 - 1))
        )

    def about(self, otps: models.QuerySet[PhoneOTP]) -> Self:
        """The messages with these codes, and with those that they replaced."""
        return self.filter(otp__in=otps.values("pk"))


class Message(models.Model):
    """A message with a code: what became of it, and never the code or whom it went to.

    `otp`: the row of its code, which knows the recipient, and goes with a person who is deleted;
    later codes of the same recipient have the same row. `provider_id`: by which the provider knows
    the message, "" if it named none.
    """

    otp = models.ForeignKey(
        PhoneOTP, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    state = KindField(max_length=16, choices=MessageState)
    channel = models.CharField(max_length=20)
    purpose = models.CharField(max_length=20)
    provider_id = models.CharField(max_length=64, blank=True, default="", db_default="")
    created_at = models.DateTimeField(db_default=Now())

    objects = MessageQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            # Finds what a process left in the middle. It is empty but for what is on its way.
            models.Index(
                fields=["created_at"],
                name="message_on_its_way",
                condition=Q(state=MessageState.HANDING_OVER.value),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}: {self.state}"
