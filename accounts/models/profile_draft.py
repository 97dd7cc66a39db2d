from datetime import timedelta
from typing import Any, Self

import orjson
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Now

from loopin.sql import fetch_row

TAKE = "DELETE FROM accounts_profiledraft WHERE user_id = %s RETURNING answers::text"


class ProfileDraftQuerySet(models.QuerySet["ProfileDraft"]):
    def get_answers(self, user_id: int) -> dict[str, Any] | None:
        """The answers of a draft; None if there is none, as before the first and after the last
        step."""
        return self.filter(pk=user_id).values_list("answers", flat=True).first()

    def past_retention(self) -> Self:
        """Drafts that were not changed for `LEAD_RETENTION_DAYS`. What an app of version 1 saved is
        no draft to its owner, and stays."""
        left_alone = Now() - timedelta(days=settings.LEAD_RETENTION_DAYS)
        return self.filter(is_version_1=False, updated_at__lt=left_alone)

    def take(self, user_id: int) -> dict[str, Any]:
        """Delete the draft and return its answers, in one statement; {} if there is none."""
        row = fetch_row(TAKE, [user_id])
        return orjson.loads(row[0]) if row else {}


class ProfileDraft(models.Model):
    """The answers for a profile that is not complete: clean values by field."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="profile_draft"
    )
    answers = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    is_version_1 = models.BooleanField(
        default=False, help_text="Whether an app of version 1 completed its profile by this."
    )
    updated_at = models.DateTimeField(auto_now=True)

    objects = ProfileDraftQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Draft {self.pk}"
