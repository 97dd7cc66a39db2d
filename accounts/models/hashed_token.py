import hashlib
import secrets
from datetime import timedelta
from typing import Self, TypeVar

from django.db import models
from django.db.models.functions import Now

Token = TypeVar("Token", bound="HashedToken")

TOKEN_BYTES = 32
DEFAULT_DAYS = 90
MAX_DAYS = 365


def draw_token(prefix: str) -> str:
    """A token of 256 random bits. By its prefix, people and secret scanners recognise it."""
    return prefix + secrets.token_urlsafe(TOKEN_BYTES)


def hash_token(token: str) -> str:
    """SHA-256 (hex). There are 256 random bits to guess, so a slow hash would add nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


def noting_use(table: str) -> str:
    """The head of a statement that reads a token: it notes the use, at most once a minute."""
    return f"""
WITH touched AS (
    UPDATE {table} SET last_used_at = now()
    WHERE token_hash = %(token_hash)s AND revoked_at IS NULL AND expires_at > now()
      AND (last_used_at IS NULL OR last_used_at <= now() - interval '1 minute')
)
"""  # noqa: S608  constants


def has_known_scopes(scopes: type[models.TextChoices]) -> models.Q:
    """A condition on a row with `scopes`: at least one, and none that does not exist."""
    return models.Q(scopes__contained_by=models.Value(scopes.values), scopes__len__gt=0)


class HashedTokenQuerySet(models.QuerySet[Token]):
    def live(self) -> Self:
        return self.filter(revoked_at=None, expires_at__gt=Now())


class HashedToken(models.Model):
    """What programs of staff and services show to the API. Only its hash is stored."""

    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(db_default=Now())
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="To the minute.")
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    expires_at__gt=models.F("created_at"),
                    expires_at__lte=models.F("created_at") + timedelta(days=MAX_DAYS),
                ),
                name="%(class)s_lives_a_year_at_most",
            ),
        ]
