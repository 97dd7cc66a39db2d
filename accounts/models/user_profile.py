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


INTERESTS_AS_JSON = """COALESCE(json_agg(json_build_object(
    'id', interest.id, 'name', interest.name, 'description', interest.description)
    ORDER BY interest.name), '[]')"""

GALLERY = """
CROSS JOIN LATERAL (
    SELECT COALESCE(array_agg(address ORDER BY position, created_at, id), '{}') AS pictures,
           (array_agg(address ORDER BY is_avatar DESC, position, created_at, id))[1] AS avatar
    FROM (SELECT CASE WHEN name = '' THEN url
                      ELSE %(media)s::text || name || '.webp' END AS address,
                 position, created_at, id, is_avatar
          FROM accounts_picture
          WHERE user_id = account.id AND stored_at IS NOT NULL AND discarded_at IS NULL
         ) AS picture
) AS gallery
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
       (SELECT {INTERESTS_AS_JSON}
        FROM accounts_userprofile_event_interests AS chosen
        JOIN interests_eventinterest AS interest ON interest.id = chosen.eventinterest_id
        WHERE chosen.userprofile_id = profile.user_id) AS event_interests,
       gallery.pictures AS profile_pictures,
       account.is_verified,
       account.is_active,
       FALSE AS needs_profile_completion,
       profile.created_at,
       profile.updated_at
FROM accounts_userprofile AS profile
JOIN accounts_user AS account ON account.id = profile.user_id
{GALLERY}
WHERE profile.user_id = %(user_id)s
"""  # noqa: S608  constants

# What somebody said so far whose profile is not complete, at whichever door. A name and an e-mail
# address may come with the account, before any of the profile does.
KNOWN_SO_FAR = f"""
SELECT account.id,
       COALESCE(draft.answers->>'name',
                btrim(account.first_name || ' ' || account.last_name)) AS name,
       NULLIF(COALESCE(draft.answers->>'email', account.email), '') AS email,
       account.phone_number,
       NULLIF(draft.answers->>'bio', '') AS bio,
       NULLIF(draft.answers->>'location', '') AS location,
       draft.answers->>'birth_date' AS birth_date,
       COALESCE(NULLIF(draft.answers->>'avatar', ''), gallery.avatar) AS avatar,
       draft.answers->>'gender' AS gender,
       (SELECT {INTERESTS_AS_JSON}
        FROM jsonb_array_elements_text(draft.answers->'event_interests') AS chosen(id)
        JOIN interests_eventinterest AS interest ON interest.id = chosen.id::bigint
       ) AS event_interests,
       gallery.pictures AS profile_pictures,
       account.is_verified,
       account.is_active,
       TRUE AS needs_profile_completion,
       account.date_joined AS created_at,
       GREATEST(account.updated_at, draft.updated_at) AS updated_at
FROM accounts_user AS account
LEFT JOIN accounts_profiledraft AS draft ON draft.user_id = account.id
{GALLERY}
WHERE account.id = %(user_id)s
"""  # noqa: S608  constants


class UserProfileQuerySet(models.QuerySet["UserProfile"]):
    def as_json(self, user_id: int) -> dict[str, Any] | None:
        """The answer of GET /profile, in one statement; None while the profile is not complete."""
        return _fetch(PROFILE_AS_JSON, user_id)

    def known_so_far(self, user_id: int) -> dict[str, Any]:
        """The same of a profile that is not complete: what is known of it, the rest None or empty.
        One statement."""
        known = _fetch(KNOWN_SO_FAR, user_id)
        assert known is not None  # noqa: S101  users are never deleted
        return known


def _fetch(sql: str, user_id: int) -> dict[str, Any] | None:
    profile = fetch_record(sql, {"user_id": user_id, "media": media_urls.get_base_url()})
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
