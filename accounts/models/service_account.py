from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator, RegexValidator
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
from accounts.models.user import SERVICE_PREFIX, User
from loopin.text.fields import LineField

KEY_PREFIX = "loopin_service_"
"""The prefix of keys, which no personal token of staff has."""

DEFAULT_CALL_LIMIT = 600
"""Calls in ten minutes: one a second on average, as a personal token of staff has."""

OWNER = f"""
{noting_use("accounts_serviceaccountkey")}
SELECT account.*, key.id AS token_id, service.scopes AS token_scopes, service.call_limit
FROM accounts_serviceaccountkey AS key
JOIN accounts_serviceaccount AS service ON service.user_id = key.account_id
JOIN accounts_user AS account ON account.id = service.user_id
WHERE key.token_hash = %(token_hash)s AND key.revoked_at IS NULL AND key.expires_at > now()
  AND account.is_active
"""  # noqa: S608  constants


class ServiceScope(models.TextChoices):
    """What a service account may do."""

    USERS_READ = "users:read", _("Read people: one, by number, in batches, and what changed")
    LEADS_READ = "leads:read", _("Read all leads, their numbers masked")
    LEADS_WRITE = "leads:write", _("Work leads as an agent does: claim, call, note, status")
    WEBHOOKS_MANAGE = "webhooks:manage", _("Manage webhook endpoints")


PERMISSIONS = {
    ServiceScope.LEADS_READ: {"leads.work_leads", "leads.see_all_leads"},
    ServiceScope.LEADS_WRITE: {"leads.work_leads", "leads.see_all_leads"},
}
"""The permissions of the desk that a scope stands for. Which of the two scopes an operation needs,
the API asks before."""

NAME_MAX_LENGTH = 40
check_name = RegexValidator(
    rf"\A[a-z0-9][a-z0-9-]{{2,{NAME_MAX_LENGTH - 1}}}\Z",
    _("3 to 40 of these characters: a-z, 0-9 and -."),
)


class ServiceAccountQuerySet(models.QuerySet["ServiceAccount"]):
    def with_last_use(self) -> Self:
        """`last_used_at`: when a key of the account was used last, to the minute."""
        return self.annotate(last_used_at=models.Max("keys__last_used_at"))

    @transaction.atomic
    def create_account(
        self,
        name: str,
        *,
        scopes: list[str],
        actor_id: int,
        is_active: bool = True,
        **fields: Any,
    ) -> "ServiceAccount":
        """Create an account that acts under this name. Raises IntegrityError for a name that is
        taken. `actor_id`: the superuser who does it."""
        user = User.objects.create(
            username=SERVICE_PREFIX + name, password=make_password(None), is_active=is_active
        )
        account = self.create(user=user, scopes=scopes, **fields)
        account.record(Kind.SERVICE_ACCOUNT_CREATED, actor_id=actor_id, scopes=scopes)
        return account


class ServiceAccount(models.Model):
    """A system that calls the API by itself.

    Its row in the table of users is the actor of what it does to leads: nobody can sign in as it,
    and it is inactive when the account is switched off.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="service_account"
    )
    description = LineField(
        max_length=200, blank=True, help_text="What it is for, and whom to ask about it."
    )
    scopes = ArrayField(models.CharField(max_length=20, choices=ServiceScope))
    call_limit = models.PositiveIntegerField(
        default=DEFAULT_CALL_LIMIT,
        validators=[MinValueValidator(1)],
        help_text="Calls in ten minutes, of all its keys together.",
    )
    created_at = models.DateTimeField(db_default=Now())

    last_used_at: datetime | None
    """An annotation that `with_last_use` adds."""

    objects: ClassVar[Any] = ServiceAccountQuerySet.as_manager()

    class Meta:
        ordering = ["user__username"]
        constraints = [
            models.CheckConstraint(
                condition=has_known_scopes(ServiceScope), name="serviceaccount_scopes_are_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.user.username.removeprefix(SERVICE_PREFIX)

    def record(self, kind: Kind, *, actor_id: int | None = None, **data: Any) -> None:
        """Write a line about this account into the security log. `actor_id`: who did it, if it was
        not the account itself."""
        actor = {} if actor_id is None else {"by": actor_id}
        SecurityEvent.objects.record(kind, user_id=self.pk, data=actor | data)

    @transaction.atomic
    def create_key(self, *, days: int, actor_id: int) -> "ServiceAccountKey":
        """Create a key, which has its `text` this once: it is not stored. `days`: 1 to 365."""
        text = draw_token(KEY_PREFIX)
        key = self.keys.create(token_hash=hash_token(text), expires_at=Now() + timedelta(days=days))
        self.record(Kind.SERVICE_KEY_CREATED, actor_id=actor_id, key=key.pk, days=days)
        key.text = text
        return key

    @transaction.atomic
    def change(self, *, is_active: bool, actor_id: int) -> None:
        """Save what was changed, and whether its keys are taken."""
        self.save()
        self.user.is_active = is_active
        self.user.save(update_fields=["is_active"])
        changed = {"scopes": self.scopes, "limit": self.call_limit, "is_active": is_active}
        self.record(Kind.SERVICE_ACCOUNT_CHANGED, actor_id=actor_id, **changed)


class ServiceAccountKeyQuerySet(HashedTokenQuerySet["ServiceAccountKey"]):
    def find_owner(self, key: str) -> User | None:
        """Find the user of the account whose live key this is, in one statement.

        The user also has `token_id`, `token_scopes`, `call_limit` and the permissions.
        """
        if not key.startswith(KEY_PREFIX):
            return None
        user = next(iter(User.objects.raw(OWNER, {"token_hash": hash_token(key)})), None)
        if user is not None:
            granted = [PERMISSIONS.get(ServiceScope(scope), set()) for scope in user.token_scopes]
            user.session_permissions = sorted(set().union(*granted))
        return user

    def describe(self, key_id: int) -> dict[str, Any]:
        """The key and its account, as the API tells the account."""
        key = self.select_related("account__user").get(pk=key_id)
        return {
            "name": key.account.name,
            "scopes": key.account.scopes,
            "call_limit": key.account.call_limit,
            "key_id": key.pk,
            "key_expires_at": key.expires_at,
        }

    @transaction.atomic
    def revoke(self, *, actor_id: int) -> int:
        """End these keys, each with its line in the security log; how many were not ended yet."""
        unrevoked = self.filter(revoked_at=None).order_by("pk").select_for_update(no_key=True)
        keys = list(unrevoked.select_related("account__user"))
        ServiceAccountKey.objects.filter(pk__in=[key.pk for key in keys]).update(revoked_at=Now())
        for key in keys:
            key.account.record(Kind.SERVICE_KEY_REVOKED, actor_id=actor_id, key=key.pk)
        return len(keys)


class ServiceAccountKey(HashedToken):
    """A key of a service account; several live ones permit to exchange one without a pause."""

    account = models.ForeignKey(ServiceAccount, models.CASCADE, related_name="keys")

    text: str
    """Of a key that was just made."""

    objects: ClassVar[Any] = ServiceAccountKeyQuerySet.as_manager()

    class Meta(HashedToken.Meta):
        verbose_name = "service account key"

    def __str__(self) -> str:
        return f"Key {self.pk} of {self.account}"
