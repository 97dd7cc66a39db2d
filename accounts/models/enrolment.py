import hashlib
import secrets
from datetime import timedelta
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.authenticator_app import generate_key
from accounts.models.session import Session

TOKEN_BYTES = 32
LIFETIME = timedelta(hours=24)
"""How long a link waits to be used. A session of staff lives as long at most."""


def hash_token(token: str) -> str:
    """SHA-256 (hex). There are 256 random bits to guess, so a slow hash would add nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def invite(self, user_id: int) -> str:
        """Replace whatever the person has begun by an unused invitation; returns its token.

        Run it in the transaction that locks the user's row. The token is not stored.
        """
        self.filter(user_id=user_id).delete()
        token = secrets.token_urlsafe(TOKEN_BYTES)
        self.create(user_id=user_id, token_hash=hash_token(token))
        return token

    def unused(self) -> Self:
        """Invitations in time that no session has taken."""
        return self.filter(session=None, expires_at__gt=Now())

    def take(self, enrolment_id: int, *, user_id: int, session_id: UUID) -> bool:
        """Give an unused invitation of this person to a session, with a key of its own.

        Of several sessions at once one gets it.
        """
        own = self.unused().filter(pk=enrolment_id, user_id=user_id)
        return bool(own.update(session_id=session_id, key=generate_key(user_id)))

    def long_over(self) -> Self:
        """Whose link has expired, and whose session, if it was used, is over as well."""
        return self.filter(expires_at__lt=Now() - LIFETIME)


class Enrolment(models.Model):
    """Permits a member of staff to set up a second factor: an invitation, then a key.

    The invitation is a link, of whose token only the hash is stored. One session takes it, and has
    the key to itself: other sessions of the same person see no key, or one of their own.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="enrolments")
    token_hash = models.CharField(max_length=64, unique=True)
    session = models.OneToOneField(Session, models.CASCADE, null=True, related_name="enrolment")
    key = models.CharField(max_length=80, blank=True, default="", help_text="Encrypted.")
    expires_at = models.DateTimeField(db_default=Now() + LIFETIME)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(session=None, key="") | (Q(session__isnull=False) & ~Q(key="")),
                name="enrolment_in_a_session_has_a_key",
            ),
        ]

    def __str__(self) -> str:
        return f"Enrolment of user {self.user_id}"
