from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.contrib.auth.models import UserManager
from django.db import IntegrityError, models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from accounts.errors import AccountInactive
from accounts.models.account import CREATE, KEEP_ACCOUNT, Account
from accounts.models.known_device import REVOKE_DEVICES, DeviceProof
from accounts.models.user_defaults import UserDefaults
from loopin.errors import raises
from loopin.sql import fetch_row

E164_PATTERN = r"^\+[1-9][0-9]{6,14}$"
"""ITU-T E.164 §6.2.1: at most 15 digits. The shortest in use (Niue) have 7."""

EMAIL_MAX_LENGTH = RECIPIENT_MAX_LENGTH = 254
"""RFC 5321 §4.5.3.1.3, less the angle brackets: https://www.rfc-editor.org/errata/eid1690"""

RECIPIENT_PATTERN = E164_PATTERN + r"|^[^@[:space:]]+@[^@[:space:]]+$"
"""Where a code can go: a phone number or an e-mail address."""


WITH_EMAIL_LOGIN = (
    ~Q(email="") & ~Q(password__startswith=UNUSABLE_PASSWORD_PREFIX) & Q(is_staff=False)
)
"""Customers who can sign in with their e-mail address: the others' addresses are for mail alone."""


class PhoneUserManager(UserManager["User"]):
    use_in_migrations = False  # they import nothing that may move or change

    @raises(AccountInactive)
    def get_locked(self, pk: int) -> "User":
        """Get the user and lock the row, so that no other change of profile or pictures gets in
        between.

        The lock leaves the key free, so that a session of the same user may begin meanwhile.

        Raises AccountInactive, of somebody who was forgotten a moment ago, too: nothing more is
        kept of them.
        """
        user = self.select_for_update(no_key=True).get(pk=pk)
        if not user.is_active:
            raise AccountInactive
        return user

    def get_or_create_verified(self, phone_number: str) -> Account:
        """Get the account of a number that its owner has just proven, or create it.

        It takes one statement for a verified account and two for a new one. Of simultaneous callers
        one creates the account, and the others find it. A new account has no usable password.
        """
        existing = self._lock_account(phone_number)
        if existing is not None and existing.is_verified:
            return existing
        values = {"phone_number": phone_number, "password": make_password(None)}
        created = fetch_row(CREATE, values)
        if created is not None:
            return Account(*created)
        self.filter(phone_number=phone_number).update(is_verified=True)
        verified = self._lock_account(phone_number)
        if verified is None:
            raise IntegrityError("another account has this number as its user name")
        return verified

    def _lock_account(self, phone_number: str) -> Account | None:
        """Find the account of a number, and keep it from being deleted until the transaction
        ends."""
        row = fetch_row(KEEP_ACCOUNT, [phone_number])
        return Account(*row) if row else None

    def find_by_email(self, email: str) -> "User | None":
        """Find the account, active or not, that signs in with this e-mail address and a
        password."""
        folded = self.alias(folded=Lower("email"))
        return folded.filter(WITH_EMAIL_LOGIN, folded=email.lower()).first()

    def revoke_devices(self, user_id: int) -> DeviceProof:
        """Make every known device of the user a stranger; returns what the next one proves."""
        row = fetch_row(REVOKE_DEVICES, [user_id])
        assert row is not None  # noqa: S101  users are never deleted
        return DeviceProof(user_id, row[0])

    def release_claims(self, phone_number: str) -> list[str]:
        """Take a number from the accounts that only claimed it; their e-mail addresses."""
        claims = self.filter(claimed_phone_number=phone_number)
        emails = dict(claims.select_for_update(no_key=True).values_list("pk", "email"))
        if emails:
            self.filter(pk__in=emails).update(claimed_phone_number="")
        return [email for email in emails.values() if email]


class User(UserDefaults):
    """A person: a customer who signs in by phone, or staff who sign in by password."""

    last_login = None  # the sessions have the time of each sign-in

    phone_number = models.CharField(
        max_length=16,
        unique=True,
        null=True,
        blank=True,
        help_text="E.164, such as +916205829376.",
    )
    session_created_at: datetime
    """When the session began that the user was found by; see `Session.objects.find_user`."""

    session_permissions: list[str]
    """The permissions, read in the same statement; see accounts/staff/auth_backend.py."""

    token_id: int
    token_scopes: list[str]
    """The API token that the user was found by; see `ApiToken.objects.find_owner`."""

    is_verified = models.BooleanField(
        default=False, help_text="Whether the owner of the phone number has proven it."
    )

    claimed_phone_number = models.CharField(
        max_length=16,
        blank=True,
        default="",
        db_default="",
        help_text="A number that an e-mail account says is its own, until somebody proves it.",
    )
    is_email_verified = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whether the owner of the e-mail address has proven it.",
    )

    device_generation = models.PositiveIntegerField(
        default=0,
        db_default=0,
        editable=False,
        help_text="Increased to revoke what known devices prove.",
    )

    updated_at = models.DateTimeField(auto_now=True, db_default=Now())

    objects: ClassVar[PhoneUserManager] = PhoneUserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=WITH_EMAIL_LOGIN,
                name="user_email_login_is_unique",
                violation_error_message="Another account signs in with this e-mail address.",
            ),
            models.CheckConstraint(
                condition=Q(claimed_phone_number="")
                | Q(claimed_phone_number__regex=E164_PATTERN, is_verified=False),
                name="user_claim_is_e164_and_not_proven",
            ),
            models.CheckConstraint(
                condition=Q(phone_number__regex=E164_PATTERN), name="user_phone_is_e164"
            ),
            models.CheckConstraint(
                condition=Q(is_verified=False) | Q(phone_number__isnull=False),
                name="user_verified_has_phone",
            ),
            models.CheckConstraint(
                condition=~Q(username__regex=E164_PATTERN)
                | Q(phone_number__isnull=False, phone_number=models.F("username")),
                name="user_name_like_phone_is_own_phone",
                violation_error_message=_("Choose a user name that is not a phone number."),
            ),
            # Otherwise whoever proves the phone number could sign in as staff.
            models.CheckConstraint(
                condition=Q(phone_number__isnull=True) | Q(is_staff=False, is_superuser=False),
                name="user_staff_has_no_phone",
                violation_error_message=_(
                    "Staff sign in by password: leave the phone number empty."
                ),
            ),
        ]
        indexes = [
            models.Index(
                fields=["claimed_phone_number"],
                condition=~Q(claimed_phone_number=""),
                name="user_claimed_phone_number",
            ),
        ]

    @property
    def has_profile(self) -> bool:
        """Whether the person completed the profile: its row exists only when it is complete."""
        return hasattr(self, "profile")

    @property
    def device_proof(self) -> DeviceProof:
        """What a device proves that signs in to this account."""
        return DeviceProof(self.pk, self.device_generation)

    def change_email(self, email: str) -> None:
        """Set another e-mail address, which is not verified; the caller saves the user."""
        self.is_email_verified &= email.lower() == self.email.lower()
        self.email = email

    def move_to(self, phone_number: str) -> None:
        """Replace the phone number by one that its owner has proven.

        Raises IntegrityError if somebody else has it.
        """
        self.username = self.phone_number = phone_number
        self.claimed_phone_number = ""
        self.is_verified = True
        self.save(update_fields=["username", "phone_number", "claimed_phone_number", "is_verified"])

    @property
    def recipient(self) -> str | None:
        """Where a code reaches the person: the proven number, or else the e-mail address."""
        return self.phone_number or self.email.lower() or None

    @property
    def is_forgotten(self) -> bool:
        return self.username == f"deleted-{self.pk}"

    def anonymise(self) -> None:
        """Remove everything that says who the person was. The row stays, so that counts do not
        change."""
        self.username = f"deleted-{self.pk}"
        self.phone_number = None
        self.claimed_phone_number = ""
        self.is_verified = self.is_email_verified = self.is_active = False
        self.email = self.first_name = self.last_name = ""
        self.set_unusable_password()
        self.save()

    def clean(self) -> None:
        """Check the database's constraints, also for fields that the form does not show."""
        super().clean()
        self.validate_constraints()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.phone_number = self.phone_number or None
        update_fields = kwargs.get("update_fields")
        is_other = not self._state.adding and self._changes_access(update_fields)
        forgets_devices = not self._state.adding and self._forgets_devices(update_fields)
        if update_fields is not None:
            kwargs["update_fields"] = {*update_fields, "updated_at"}
        super().save(*args, **kwargs)
        if is_other:
            self.api_tokens.all().revoke()
        if forgets_devices:
            self.device_generation = type(self).objects.revoke_devices(self.pk).generation

    def _changes_access(self, update_fields: Iterable[str] | None) -> bool:
        """Whether this save ends the API tokens: the password changes, or the user is not staff."""
        wanted = {"password", "is_active", "is_staff"}
        if update_fields is not None and wanted.isdisjoint(update_fields):
            return False
        return self._has_other_password or not (self.is_active and self.is_staff)

    def _forgets_devices(self, update_fields: Iterable[str] | None) -> bool:
        """Whether this save makes known devices strangers: the password changes, or the user is
        deactivated."""
        if update_fields is not None and {"password", "is_active"}.isdisjoint(update_fields):
            return False
        return self._has_other_password or not self.is_active

    @property
    def _has_other_password(self) -> bool:
        """Django may replace the hash by a stronger one at a sign-in: the password is the same."""
        return getattr(self, "_password", None) is not None
