from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import profile_sql
from accounts.models.session import Caller
from interests import words
from interests.models import EventInterest
from loopin.sql import fetch_row
from loopin.web.media_urls import get_base_url

NAME_MAX_LENGTH = 100
BIO_MAX_LENGTH = 500
LOCATION_MAX_LENGTH = 100
URL_MAX_LENGTH = 2048
"""Characters of the columns; the rules refuse longer values first."""


class Gender(models.TextChoices):
    MALE = "male", _("Male")
    FEMALE = "female", _("Female")
    OTHER = "other", _("Other")


@dataclass(frozen=True)
class CallerWithProfile(Caller):
    """Who calls the API. `profile`: theirs, as `UserProfileQuerySet.answer_of` has it."""

    profile: str


class UserProfileQuerySet(models.QuerySet["UserProfile"]):
    def find_caller(self, session_id: UUID, *, generation: str) -> CallerWithProfile | None:
        """Like `Session.objects.find_caller`, with the profile, in the same statement."""
        values = {"session_id": session_id, "generation": generation, "media": get_base_url()}
        row = fetch_row(profile_sql.CALLER_WITH_PROFILE, values)
        return CallerWithProfile(session_id, *row) if row else None

    def answer_of(self, user_id: int) -> str:
        """The answer of GET /profile, as JSON with the interests in English; one statement.

        Before the profile is complete it has what is known so far, the rest null or empty.
        """
        row = fetch_row(profile_sql.PROFILE, {"user_id": user_id, "media": get_base_url()})
        assert row is not None  # noqa: S101  users are never deleted
        profile: str = row[0]
        return profile

    def as_json(self, user_id: int) -> dict[str, Any] | None:
        """The profile with real dates, in the language of the request; None while it is not
        complete. One statement."""
        profile = read_json(self.answer_of(user_id))
        if profile["needs_profile_completion"]:
            return None
        profile["birth_date"] = date.fromisoformat(profile["birth_date"])
        for name in ("created_at", "updated_at"):
            profile[name] = datetime.fromisoformat(profile[name])
        return profile


def read_json(profile: str) -> dict[str, Any]:
    """What `answer_of` returns, in the language of the request."""
    read: dict[str, Any] = orjson.loads(profile)
    read["event_interests"] = words.translate_interests(read["event_interests"])
    return read


class UserProfile(models.Model):
    """A complete profile; there is no row before that."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="profile"
    )
    name = models.CharField(max_length=NAME_MAX_LENGTH)
    birth_date = models.DateField()
    gender = models.CharField(max_length=6, choices=Gender)
    event_interests = models.ManyToManyField(EventInterest)
    avatar = models.URLField(
        max_length=URL_MAX_LENGTH,
        blank=True,
        help_text="Only an address outside the gallery. Empty: the one chosen there, or the first.",
    )
    bio = models.CharField(max_length=BIO_MAX_LENGTH, blank=True)
    location = models.CharField(max_length=LOCATION_MAX_LENGTH, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = UserProfileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(gender__in=Gender.values), name="profile_gender_is_known"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="profile_has_name"),
        ]

    def __str__(self) -> str:
        return self.name
