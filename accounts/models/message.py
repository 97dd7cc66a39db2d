from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Q, Subquery
from django.db.models.functions import Coalesce, Now

from accounts.models.message_sql import GIVE_UP, SETTLE
from accounts.models.phone_otp import PhoneOTP
from loopin.models.kinds import KindField
from loopin.sql import execute, fetch_rows

KEPT = timedelta(hours=24)
"""How long a message is kept: about as long as its code is after it has expired."""

UNKNOWN_AFTER = timedelta(minutes=1)
"""Longer than a message can take: 7 seconds with the provider, and statements before and after."""

GIVEN_UP_AT_ONCE = 500

MAX_ID = 2**63 - 1


class MessageState(models.TextChoices):
    """How far a message came. After `HANDING_OVER` the provider, or nobody, has it."""

    HANDING_OVER = "handing_over", "Being handed over"
    ACCEPTED = "accepted", "Accepted by the provider"
    REFUSED = "refused", "Refused for its number"
    FAILED = "failed", "Not accepted"
    UNKNOWN = "unknown", "Nobody knows whether it left"


OPEN = [MessageState.HANDING_OVER.value, MessageState.UNKNOWN.value]


@dataclass(frozen=True)
class Settled:
    """What became of a message. `provider_id`: "" if the provider named none."""

    message_id: int
    state: MessageState
    provider_id: str = ""


class MessageQuerySet(models.QuerySet["Message"]):
    def settle(self, settled: Sequence[Settled]) -> None:
        """Write down what became of these messages, in one statement."""
        values = {
            "ids": [one.message_id for one in settled],
            "states": [one.state.value for one in settled],
            "provider_ids": [one.provider_id[:PROVIDER_ID_LENGTH] for one in settled],
            "open": OPEN,
        }
        execute(SETTLE, values)

    def give_up(self) -> list[tuple[str, str | None]]:
        """Mark messages as unknown that nobody can tell of any more, because their process has
        ended: their purposes and recipients. No recipient where the code has gone."""
        values = {
            "handing_over": MessageState.HANDING_OVER.value,
            "unknown": MessageState.UNKNOWN.value,
            "after": UNKNOWN_AFTER,
            "limit": GIVEN_UP_AT_ONCE,
        }
        return [(purpose, recipient) for purpose, recipient in fetch_rows(GIVE_UP, values)]

    def past_retention(self) -> Self:
        """Messages older than 24 hours. They have ids below that of the oldest one that is kept, so
        that the primary key finds them and no other index is written."""
        kept = self.model._default_manager.filter(created_at__gte=Now() - KEPT)
        oldest_kept = Subquery(kept.order_by("pk").values("pk")[:1])
        older = Q(pk__lt=Coalesce(oldest_kept, models.Value(MAX_ID)))
        return self.filter(older, created_at__lt=Now() - KEPT)

    def about(self, otps: models.QuerySet[PhoneOTP]) -> Self:
        """The messages with these codes, and with those that they replaced."""
        return self.filter(otp__in=otps.values("pk"))


PROVIDER_ID_LENGTH = 64


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
    provider_id = models.CharField(
        max_length=PROVIDER_ID_LENGTH, blank=True, default="", db_default=""
    )
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
