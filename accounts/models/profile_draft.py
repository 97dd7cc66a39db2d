from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Now


class ProfileDraftQuerySet(models.QuerySet["ProfileDraft"]):
    def get_answers(self, user_id: int) -> dict[str, Any] | None:
        """The answers of a draft; None if there is none, as before the first and after the last
        step."""
        return self.filter(pk=user_id).values_list("answers", flat=True).first()

    def past_retention(self) -> Self:
        """Drafts that were not changed for `LEAD_RETENTION_DAYS`."""
        return self.filter(updated_at__lt=Now() - timedelta(days=settings.LEAD_RETENTION_DAYS))


class ProfileDraft(models.Model):
    """The answers for a profile that is not complete: clean values by field."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="profile_draft"
    )
    answers = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ProfileDraftQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Draft {self.pk}"
