import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Self

from django.db import models, transaction
from django.db.models.functions import Now

from accounts.models.user import E164_PATTERN, RECIPIENT_MAX_LENGTH, User
from loopin.models.kinds import KindField

LEASE = timedelta(minutes=5)
"""Longer than all notices of one request take to be sent or refused."""

RETENTION = timedelta(days=2)
"""Longer than a notice is tried, so what is older was left by a worker that does not run."""


def is_mailbox(recipient: str) -> bool:
    """Whether a recipient is no phone number (E.164), and so gets an e-mail."""
    return re.match(E164_PATTERN, recipient) is None


class NoticeKind(models.TextChoices):
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  no password
    PHONE_CHANGED = "phone_changed"
    EMAIL_CHANGED = "email_changed"
    CLAIMED_NUMBER_LOST = "claimed_number_lost"
    SECOND_FACTOR_ADDED = "second_factor_added"
    NUMBERS_HARVESTED = "numbers_harvested"


class PendingNoticeQuerySet(models.QuerySet["PendingNotice"]):
    def add(
        self,
        kind: NoticeKind,
        recipients: Iterable[str],
        *,
        user: User,
        language: str,
        values: dict[str, str],
    ) -> list["PendingNotice"]:
        """Store a notice for each recipient, in the transaction of what it tells of; one statement.

        The first attempt is counted and leased: whoever stores a notice sends it after the commit.
        """
        return self.bulk_create(
            PendingNotice(
                kind=kind,
                recipient=recipient,
                user=user,
                language=language,
                values=values,
                attempts=1,
                next_attempt_at=Now() + LEASE,
            )
            for recipient in recipients
        )

    @transaction.atomic
    def take(self) -> "PendingNotice | None":
        """The next notice that is due, with this attempt counted; None if there is none.

        The next attempt is scheduled before this one is made, so that the notice of a process that
        dies is sent later, and by nobody else meanwhile.
        """
        due = self.filter(next_attempt_at__lte=Now()).order_by("next_attempt_at", "pk")
        notice = due.select_for_update(skip_locked=True).first()
        if notice is not None:
            notice.attempts += 1
            notice.next_attempt_at = Now() + LEASE
            notice.save(update_fields=["attempts", "next_attempt_at"])
        return notice

    def put_off(self, notice: "PendingNotice", wait: timedelta) -> None:
        """Schedule the next attempt, unless another worker has begun it already."""
        row = self.filter(pk=notice.pk, attempts=notice.attempts)
        row.update(next_attempt_at=Now() + wait)

    def past_retention(self) -> Self:
        return self.filter(created_at__lt=Now() - RETENTION)


class PendingNotice(models.Model):
    """A notice that nobody has taken yet. Its row goes when it is sent or given up.

    `user`: whose account it is about. `language`: that of the request which caused it. `values`:
    what its text names.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    kind = KindField(max_length=30, choices=NoticeKind)
    recipient = models.CharField(max_length=RECIPIENT_MAX_LENGTH)
    language = models.CharField(max_length=10)
    values = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField()
    next_attempt_at = models.DateTimeField(db_index=True)
    created_at = models.DateTimeField(db_default=Now(), db_index=True)

    objects = PendingNoticeQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Notice {self.pk}: {self.kind}"

    @property
    def is_mail(self) -> bool:
        return is_mailbox(self.recipient)
