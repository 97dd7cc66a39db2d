from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from accounts.models.known_device import DeviceProof
from accounts.models.user_defaults import UserDefaults
from accounts.models.user_manager import WITH_EMAIL_LOGIN, PhoneUserManager
from loopin.legal import texts
from loopin.text import spelling

E164_PATTERN = r"^\+[1-9][0-9]{6,14}$"
"""ITU-T E.164 §6.2.1: at most 15 digits. The shortest in use (Niue) have 7."""

EMAIL_MAX_LENGTH = RECIPIENT_MAX_LENGTH = 254
"""RFC 5321 §4.5.3.1.3, less the angle brackets: https://www.rfc-editor.org/errata/eid1690"""

USERNAME_MAX_LENGTH = 150  # of Django

RECIPIENT_PATTERN = E164_PATTERN + r"|^[^@[:space:]]+@[^@[:space:]]+$"
"""Where a code can go: a phone number or an e-mail address."""

SERVICE_PREFIX = "service:"
"""How the user names of service accounts begin. No form takes a colon in a user name."""

DELETED_PREFIX = "deleted-"
"""What the user name of a deleted person has before the id. The triggers in the first migrations
have a copy."""


class User(UserDefaults):
    """A person: a customer who signs in by phone, or staff who sign in by password.

    The row of a service account is the exception, as which nobody signs in.
    """

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

    session_outages: str | None
    """The outages of messages that staff are told of, as JSON, read in the same statement."""

    token_id: int
    token_scopes: list[str]
    """The API token that the user was found by; see `ApiToken.objects.find_owner` and
    `ServiceAccountKey.objects.find_owner`."""

    call_limit: int
    """Of a service account: calls in ten minutes."""

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

    notice_version = models.CharField(
        max_length=texts.VERSION_MAX_LENGTH,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text="The privacy notice that was in force when the person made the account.",
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
            models.CheckConstraint(
                condition=~Q(username__startswith=SERVICE_PREFIX)
                | Q(
                    is_staff=False,
                    is_superuser=False,
                    phone_number__isnull=True,
                    claimed_phone_number="",
                    email="",
                ),
                name="user_of_service_signs_in_nowhere",
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

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """As Django spells it, without the invisible characters that come with what is pasted."""
        return super().normalize_username(spelling.normalise(username, USERNAME_MAX_LENGTH))

    def set_password(self, raw_password: str | None) -> None:
        """Hash a password in the spelling that every keyboard makes; None makes it unusable."""
        if raw_password is not None:
            raw_password = spelling.normalise_password(raw_password)
        super().set_password(raw_password)

    def check_password(self, raw_password: Any) -> bool:
        """Whether this is the password, in whatever spelling it is typed.

        A hash of a spelling that is no longer made works once, and is replaced.
        """
        if super().check_password(spelling.normalise_password(raw_password)):
            return True
        is_other_spelling = spelling.normalise_password(raw_password) != raw_password
        if not is_other_spelling or not super().check_password(raw_password):
            return False
        self.set_password(raw_password)
        type(self).objects.filter(pk=self.pk).update(password=self.password)
        self._password = None  # it is the same password, so nothing ends by it
        return True

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
        return self.username == f"{DELETED_PREFIX}{self.pk}"

    def anonymise(self) -> None:
        """Remove everything that says who the person was. The row stays, so that counts do not
        change."""
        self.username = f"{DELETED_PREFIX}{self.pk}"
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
            if not self.is_active:
                self.sessions.all().revoke()  # if activated again, the person signs in again
        if forgets_devices:
            self.device_generation = type(self).objects.revoke_devices(self.pk).generation

    def _changes_access(self, update_fields: Iterable[str] | None) -> bool:
        """Whether this save ends the API tokens: the password changes, or the user is not staff.

        Somebody who is deactivated loses the sessions, too.
        """
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
