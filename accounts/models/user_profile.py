from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from interests import words
from interests.models import EventInterest
from loopin.sql import fetch_record
from loopin.web import media_urls

NAME_MAX_LENGTH = 100
BIO_MAX_LENGTH = 500
LOCATION_MAX_LENGTH = 100
URL_MAX_LENGTH = 2048
"""Characters of the columns; the rules refuse longer values first."""


class Gender(models.TextChoices):
    MALE = "male", _("Male")
    FEMALE = "female", _("Female")
    OTHER = "other", _("Other")


# The pictures of `account` that people see, as addresses in their order, and the one in front.
GALLERY = """
    SELECT COALESCE(array_agg(address ORDER BY position, created_at, id), '{}') AS pictures,
           (array_agg(address ORDER BY is_avatar DESC, position, created_at, id))[1] AS avatar
    FROM (SELECT CASE WHEN name = '' THEN url
                      ELSE %(media)s::text || name || '.webp' END AS address,
                 position, created_at, id, is_avatar
          FROM accounts_picture
          WHERE user_id = account.id AND stored_at IS NOT NULL AND discarded_at IS NULL
         ) AS picture
"""

PROFILE_AS_JSON = f"""
SELECT profile.user_id AS id,
       profile.name,
       NULLIF(account.email, '') AS email,
       account.phone_number,
       NULLIF(profile.bio, '') AS bio,
       NULLIF(profile.location, '') AS location,
       profile.birth_date,
       COALESCE(NULLIF(profile.avatar, ''), gallery.avatar) AS avatar,
       profile.gender,
       (SELECT COALESCE(json_agg(json_build_object('id', interest.id, 'name', interest.name,
                                          'description', interest.description)
                        ORDER BY interest.name), '[]')
        FROM accounts_userprofile_event_interests AS chosen
        JOIN interests_eventinterest AS interest ON interest.id = chosen.eventinterest_id
        WHERE chosen.userprofile_id = profile.user_id) AS event_interests,
       gallery.pictures AS profile_pictures,
       account.is_verified,
       account.is_active,
       profile.created_at,
       profile.updated_at
FROM accounts_userprofile AS profile
JOIN accounts_user AS account ON account.id = profile.user_id
CROSS JOIN LATERAL ({GALLERY}) AS gallery
WHERE profile.user_id = %(user_id)s
"""  # noqa: S608  constants


class UserProfileQuerySet(models.QuerySet["UserProfile"]):
    def as_json(self, user_id: int) -> dict[str, Any] | None:
        """The answer of GET /profile, in one statement; None while the profile is not complete."""
        profile = fetch_record(
            PROFILE_AS_JSON, {"user_id": user_id, "media": media_urls.get_base_url()}
        )
        if profile is not None:
            profile["event_interests"] = words.translate_interests(profile["event_interests"])
        return profile


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
