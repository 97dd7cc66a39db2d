from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models.hashed_token import (
    HashedToken,
    HashedTokenQuerySet,
    draw_token,
    has_known_scopes,
    hash_token,
    noting_use,
)
from accounts.models.security_event import Kind, SecurityEvent
from accounts.models.session_sql import PERMISSIONS
from accounts.models.user import User
from loopin.text.fields import LineField

PREFIX = "loopin_"
MAX_LIVE = 20
"""How many live tokens a person may have, so that the list stays easy to check."""

OWNER = f"""
{noting_use("accounts_apitoken")}
SELECT account.*, token.id AS token_id, token.scopes AS token_scopes, {PERMISSIONS}
FROM accounts_apitoken AS token
JOIN accounts_user AS account ON account.id = token.user_id
WHERE token.token_hash = %(token_hash)s AND token.revoked_at IS NULL AND token.expires_at > now()
  AND account.is_active AND account.is_staff
"""  # noqa: S608  constants


class Scope(models.TextChoices):
    """What a token may be used for. It never permits more than its owner may do."""

    READ = "leads:read", _("Read leads")
    WRITE = "leads:write", _("Work leads: claim, call, note, status")


class ApiTokenQuerySet(HashedTokenQuerySet["ApiToken"]):
    @transaction.atomic
    def create_token(self, user_id: int, *, name: str, scopes: list[str], days: int) -> str:
        """Create a token and return its text, which is not stored. `days`: 1 to 365."""
        token = draw_token(PREFIX)
        row = self.create(
            user_id=user_id,
            name=name,
            scopes=scopes,
            token_hash=hash_token(token),
            expires_at=Now() + timedelta(days=days),
        )
        data = {"token": row.pk, "scopes": scopes}
        SecurityEvent.objects.record(Kind.TOKEN_CREATED, user_id=user_id, data=data)
        return token

    def find_owner(self, token: str) -> User | None:
        """Find the owner of a live token, if they are still staff, in one statement.

        The user also has `token_id`, `token_scopes` and the permissions.
        """
        return next(iter(User.objects.raw(OWNER, {"token_hash": hash_token(token)})), None)

    @transaction.atomic
    def revoke(self) -> int:
        """End these tokens, each with its line in the security log; how many were live."""
        unrevoked = self.filter(revoked_at=None).order_by("pk").select_for_update(no_key=True)
        owners = dict(unrevoked.values_list("pk", "user_id"))
        if owners:
            ApiToken.objects.filter(pk__in=owners).update(revoked_at=Now())
        for pk, user_id in owners.items():
            SecurityEvent.objects.record(Kind.TOKEN_REVOKED, user_id=user_id, data={"token": pk})
        return len(owners)


class ApiToken(HashedToken):
    """Permits a program of a member of staff to call the staff API."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens")
    name = LineField(max_length=60)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope))

    objects: ClassVar[Any] = ApiTokenQuerySet.as_manager()

    class Meta(HashedToken.Meta):
        verbose_name = "API token"
        constraints = [
            *HashedToken.Meta.constraints,
            models.CheckConstraint(
                condition=has_known_scopes(Scope), name="apitoken_scopes_are_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name
