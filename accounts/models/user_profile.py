from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import JSONObject

from interests.models import EventInterest


class Gender(models.TextChoices):
    MALE = "male", "Male"
    FEMALE = "female", "Female"
    OTHER = "other", "Other"


class UserProfileQuerySet(models.QuerySet["UserProfile"]):
    def shown(self, user_id: int) -> dict[str, Any] | None:
        """What GET /profile answers, in one statement; None while the profile is not complete."""
        interests = EventInterest.objects.filter(userprofile=models.OuterRef("pk")).values(
            interest=JSONObject(id="id", name="name", description="description")
        )
        row = (
            self.filter(user_id=user_id)
            .values(
                "name",
                "bio",
                "location",
                "birth_date",
                "avatar",
                "gender",
                "profile_pictures",
                "created_at",
                "updated_at",
                id=F("user_id"),
                email=F("user__email"),
                phone_number=F("user__phone_number"),
                interests=ArraySubquery(interests),
                is_verified=F("user__is_verified"),
                is_active=F("user__is_active"),
            )
            .first()
        )
        if row is None:
            return None
        profile: dict[str, Any] = {**row, "event_interests": row["interests"]}
        del profile["interests"]
        profile["avatar"] = profile["avatar"] or profile["profile_pictures"][0]
        return {name: None if value == "" else value for name, value in profile.items()}


class UserProfile(models.Model):
    """What a person tells about themselves. The row is written when all of it is known."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="profile"
    )
    name = models.CharField(max_length=100)
    birth_date = models.DateField()
    gender = models.CharField(max_length=6, choices=Gender)
    event_interests = models.ManyToManyField(EventInterest)
    profile_pictures = ArrayField(models.URLField(max_length=2048))
    avatar = models.URLField(max_length=2048, blank=True, help_text="Empty: the first picture.")
    bio = models.CharField(max_length=500, blank=True)
    location = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = UserProfileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(profile_pictures__len__range=(1, 6)), name="profile_has_1_to_6_pictures"
            ),
            models.CheckConstraint(
                condition=Q(gender__in=Gender.values), name="profile_gender_is_known"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="profile_has_name"),
        ]

    def __str__(self) -> str:
        return self.name
