import uuid
from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

SESSION_LIFETIME = timedelta(seconds=settings.SESSION_COOKIE_AGE)


class SessionQuerySet(models.QuerySet["Session"]):
    def live(self) -> Self:
        return self.filter(revoked_at=None, expires_at__gt=Now())

    def start(self, user_id: int) -> "Session":
        """Sign a device in."""
        return self.create(user_id=user_id, expires_at=Now() + SESSION_LIFETIME)

    def revoke(self) -> int:
        """End these sessions; the next request of each is refused."""
        return self.filter(revoked_at=None).update(revoked_at=Now())


class Session(models.Model):
    """A signed-in device. Access tokens (`sid`) and browser cookies count while the row is live."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
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
