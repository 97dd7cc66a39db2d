from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from loopin.models.kinds import KindField
from loopin.sql import fetch_row

FAILURES_IN_A_ROW = 3
"""So many messages that did not leave, with none that did between them, are an outage."""

SUSPICION = timedelta(minutes=10)
"""How long a message that did not leave counts, while it is no outage yet."""

QUIET = timedelta(minutes=1)
"""An outage is over when a message leaves and none has failed for so long."""

RETENTION = timedelta(days=90)

# `statement_timestamp()` tells two failures within one transaction apart. A suspicion that is old
# begins anew; an outage that was reported goes on until it is over.
NOTE_FAILURE = """
INSERT INTO accounts_messageoutage AS outage
    (channel, kind, detail, failures, began_at, last_failed_at, reported_at)
VALUES (%(channel)s, %(kind)s, %(detail)s, 1, statement_timestamp(), statement_timestamp(),
        CASE WHEN %(is_certain)s THEN statement_timestamp() END)
ON CONFLICT (channel) WHERE ended_at IS NULL DO UPDATE SET
    (kind, detail, last_failed_at, failures, began_at, reported_at) = (
        SELECT excluded.kind, excluded.detail, excluded.last_failed_at,
               CASE WHEN is_old THEN 1 ELSE outage.failures + 1 END,
               CASE WHEN is_old THEN excluded.began_at ELSE outage.began_at END,
               COALESCE(outage.reported_at, CASE
                   WHEN %(is_certain)s OR (NOT is_old AND outage.failures + 1 >= %(in_a_row)s)
                   THEN excluded.last_failed_at END)
        FROM (SELECT outage.reported_at IS NULL
                     AND outage.last_failed_at < excluded.last_failed_at - %(suspicion)s
             ) AS age(is_old))
RETURNING reported_at IS NOT NULL, COALESCE(reported_at = last_failed_at, FALSE), began_at, failures
"""

# What was only suspected is forgotten. The last column reads what was before this statement.
NOTE_SUCCESS = """
WITH over AS (
    UPDATE accounts_messageoutage SET ended_at = statement_timestamp()
    WHERE channel = %(channel)s AND ended_at IS NULL AND reported_at IS NOT NULL
      AND last_failed_at <= statement_timestamp() - %(quiet)s
    RETURNING began_at, failures
), forgotten AS (
    DELETE FROM accounts_messageoutage
    WHERE channel = %(channel)s AND ended_at IS NULL AND reported_at IS NULL
)
SELECT (SELECT began_at FROM over), (SELECT failures FROM over),
       EXISTS (SELECT FROM accounts_messageoutage
               WHERE channel = %(channel)s AND ended_at IS NULL AND reported_at IS NOT NULL
                 AND last_failed_at > statement_timestamp() - %(quiet)s)
"""

# Read with the user of a staff page, so that no page costs a statement more.
OPEN_AS_JSON = """
    (SELECT jsonb_agg(jsonb_build_object(
                'id', id, 'channel', channel, 'kind', kind, 'detail', detail,
                'began_at', began_at, 'failures', failures) ORDER BY began_at)
     FROM accounts_messageoutage WHERE ended_at IS NULL AND reported_at IS NOT NULL)
"""


class OutageChannel(models.TextChoices):
    """What does not leave."""

    SMS = "sms", _("SMS")
    WHATSAPP = "whatsapp", _("WhatsApp messages")
    CALL = "call", _("Calls with codes")
    EMAIL = "email", _("E-mails")


class OutageKind(models.TextChoices):
    """What is wrong, in words for staff."""

    ACCOUNT = "account", _("The provider refuses the site's account.")
    REFUSED = "refused", _("The provider refuses the messages.")
    SILENT = "silent", _("The provider does not answer.")


@dataclass(frozen=True)
class NotedFailure:
    """`is_reported`: whether it belongs to an outage; `is_first`: to one that this failure made."""

    is_reported: bool
    is_first: bool
    began_at: datetime
    failures: int


@dataclass(frozen=True)
class NotedSuccess:
    """The outage that a message ended; `began_at` is None if it ended none. `is_open`: whether one
    goes on."""

    began_at: datetime | None
    failures: int | None
    is_open: bool


class MessageOutageQuerySet(models.QuerySet["MessageOutage"]):
    def open(self) -> Self:
        """Outages that staff are told of, the oldest first."""
        return self.filter(ended_at=None, reported_at__isnull=False).order_by("began_at")

    def note_failure(
        self, channel: OutageChannel, kind: OutageKind, detail: str, *, is_certain: bool
    ) -> NotedFailure:
        """Count a message that did not leave, in one statement. `is_certain`: whether it takes no
        other to know that something is wrong."""
        values = {
            "channel": channel.value,
            "kind": kind.value,
            "detail": detail[:DETAIL_MAX_LENGTH],
            "is_certain": is_certain,
            "in_a_row": FAILURES_IN_A_ROW,
            "suspicion": SUSPICION,
        }
        row: Any = fetch_row(NOTE_FAILURE, values)
        return NotedFailure(*row)

    def note_success(self, channel: OutageChannel) -> NotedSuccess:
        """A message has left: end what there is, in one statement."""
        row: Any = fetch_row(NOTE_SUCCESS, {"channel": channel.value, "quiet": QUIET})
        return NotedSuccess(*row)

    def long_over(self) -> Self:
        """Outages that ended long ago, and suspicions of then."""
        return self.filter(
            Q(ended_at__lt=Now() - RETENTION)
            | Q(reported_at=None, last_failed_at__lt=Now() - RETENTION)
        )


DETAIL_MAX_LENGTH = 300


class MessageOutage(models.Model):
    """A time in which messages of a channel did not leave.

    It is a suspicion until `reported_at`. `detail`: what the provider says, in English and without
    a number, for whoever mends it.
    """

    channel = models.CharField(max_length=20, choices=OutageChannel)
    kind = KindField(max_length=20, choices=OutageKind)
    detail = models.CharField(max_length=DETAIL_MAX_LENGTH, blank=True, default="", db_default="")
    failures = models.PositiveIntegerField(default=1, db_default=1)
    began_at = models.DateTimeField(db_default=Now())
    last_failed_at = models.DateTimeField(db_default=Now())
    reported_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MessageOutageQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["channel"], condition=Q(ended_at=None), name="messageoutage_one_is_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} since {self.began_at:%Y-%m-%d %H:%M}"
