from dataclasses import dataclass
from datetime import timedelta
from typing import Self
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models.functions import Least, Now

from accounts.models.security_event import Kind
from loopin.redaction import masked
from loopin.request_log import client_ip
from loopin.sql import execute, fetch_row

SESSION_LIFETIME = timedelta(seconds=settings.SESSION_COOKIE_AGE)
KEPT_AFTER_END = timedelta(days=30)


CALLER = """
SELECT account.id, account.phone_number, account.is_active
FROM accounts_session AS session
JOIN accounts_user AS account ON account.id = session.user_id
WHERE session.id = %s AND session.revoked_at IS NULL AND session.expires_at > now()
"""

# The session and the line in the security log are one statement.
START = """
WITH session AS (
    INSERT INTO accounts_session (id, user_id, created_at, expires_at)
    VALUES (%(session_id)s, %(user_id)s, now(), now() + %(lifetime)s)
    RETURNING id, user_id
)
INSERT INTO accounts_securityevent (kind, user_id, phone_hash, ip, session_id, data, created_at)
SELECT %(kind)s, user_id, %(phone_hash)s, %(ip)s::inet, id, '{}', now() FROM session
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

    def start(
        self, user_id: int, *, kind: Kind = Kind.SIGNED_IN, phone_number: str | None = None
    ) -> UUID:
        """Sign a device in, and write down how; the id of its session."""
        session_id = uuid4()
        values = {
            "session_id": session_id,
            "user_id": user_id,
            "lifetime": SESSION_LIFETIME,
            "kind": kind.value,
            "phone_hash": masked(phone_number) if phone_number else "",
            "ip": client_ip(),
        }
        execute(START, values)
        return session_id

    def long_over(self) -> Self:
        """Ended 30 days ago or earlier, in whichever way came first."""
        ended_at = Least("revoked_at", "expires_at")
        return self.alias(ended_at=ended_at).filter(ended_at__lt=Now() - KEPT_AFTER_END)

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
