from dataclasses import dataclass
from datetime import timedelta
from typing import Self
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from loopin.sql import execute, fetch_row

SESSION_LIFETIME = timedelta(seconds=settings.SESSION_COOKIE_AGE)


CALLER = """
SELECT account.id, account.phone_number, account.is_active
FROM accounts_session AS session
JOIN accounts_user AS account ON account.id = session.user_id
WHERE session.id = %s AND session.revoked_at IS NULL AND session.expires_at > now()
"""

START = """
INSERT INTO accounts_session (id, user_id, created_at, expires_at)
VALUES (%s, %s, now(), now() + %s)
"""


@dataclass(frozen=True)
class Caller:
    """Who calls the API, and in which session."""

    session_id: UUID
    user_id: int
    phone_number: str | None
    is_active: bool


class SessionQuerySet(models.QuerySet["Session"]):
    def live(self) -> Self:
        return self.filter(revoked_at=None, expires_at__gt=Now())

    def start(self, user_id: int) -> UUID:
        """Sign a device in; the id of its session."""
        session_id = uuid4()
        execute(START, [session_id, user_id, SESSION_LIFETIME])
        return session_id

    def caller(self, session_id: UUID) -> Caller | None:
        """Whose live session this is, in one statement."""
        row = fetch_row(CALLER, [session_id])
        return Caller(session_id, *row) if row else None

    def revoke(self) -> int:
        """End these sessions; the next request of each is refused."""
        return self.filter(revoked_at=None).update(revoked_at=Now())


class Session(models.Model):
    """A signed-in device. Access tokens (`sid`) and browser cookies count while the row is live."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sessions")
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")),
                name="session_expires_after_creation",
            ),
        ]

    def __str__(self) -> str:
        return f"Session of user {self.user_id}"
