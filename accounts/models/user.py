from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models

E164_PATTERN = r"^\+[1-9][0-9]{6,14}$"
"""ITU-T E.164 §6.2.1: at most 15 digits. The shortest in use (Niue) have 7."""


class PhoneUserManager(UserManager["User"]):
    def of_phone(self, phone_number: str) -> "User | None":
        """The account of a number with its profile, in one statement."""
        return self.select_related("profile").filter(phone_number=phone_number).first()

    def with_proven_phone(self, phone_number: str) -> "User":
        """The account of a number whose owner has just proven it, created if there is none.

        One statement for a known number and two for another; simultaneous callers get one account.
        """
        known = self.of_phone(phone_number)
        if known is not None and known.is_verified:
            return known
        [user] = self.bulk_create(
            [self.model.for_phone(phone_number)],
            update_conflicts=True,
            unique_fields=["phone_number"],
            update_fields=["is_verified"],
        )
        if known is None:
            self.model._meta.get_field("profile").set_cached_value(user, None)
        return known or user


class User(AbstractUser):
    """A person: a customer who signs in by phone, or staff who sign in by password."""

    last_login = None  # the sessions tell
    phone_number = models.CharField(
        max_length=16,
        unique=True,
        null=True,
        blank=True,
        help_text="E.164, such as +916205829376.",
    )
    is_verified = models.BooleanField(
        default=False, help_text="Whether the owner of the phone number has proven it."
    )

    objects: ClassVar[PhoneUserManager] = PhoneUserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(phone_number__regex=E164_PATTERN), name="user_phone_is_e164"
            ),
            models.CheckConstraint(
                condition=models.Q(is_verified=False) | models.Q(phone_number__isnull=False),
                name="user_verified_has_phone",
            ),
            # Proving a phone number can so never open the staff's doors.
            models.CheckConstraint(
                condition=models.Q(phone_number__isnull=True)
                | models.Q(is_staff=False, is_superuser=False),
                name="user_staff_has_no_phone",
                violation_error_message="Staff sign in by password: leave the phone number empty.",
            ),
        ]

    @classmethod
    def for_phone(cls, phone_number: str) -> "User":
        """An unsaved phone user, who has no password and so cannot sign in with one."""
        user = cls(username=phone_number, phone_number=phone_number, is_verified=True)
        user.set_unusable_password()
        return user

    @property
    def has_profile(self) -> bool:
        """Whether the person completed the profile: its row exists only when it is complete."""
        return hasattr(self, "profile")

    def clean(self) -> None:
        """Say in words what the database would refuse, also of fields a form does not show."""
        super().clean()
        self.validate_constraints()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.phone_number = self.phone_number or None
        super().save(*args, **kwargs)
