from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now

from loopin.text.fields import LineField

MAX_VIEWS = 30
"""The most views of one person: they are shown in one bar, each with a count."""

MAX_QUERY_LENGTH = 500


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def shown_to(self, user_id: int) -> Self:
        """Somebody's own views, and those that others share."""
        views = self.filter(Q(owner_id=user_id) | Q(is_shared=True))
        return views.order_by("is_shared", Lower("name"), "pk")[: 2 * MAX_VIEWS]


class SavedView(models.Model):
    """A named query string of the desk."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    name = LineField(max_length=60)
    query = models.CharField(max_length=MAX_QUERY_LENGTH, blank=True)
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="savedview_name_once"),
        ]

    def __str__(self) -> str:
        return self.name
