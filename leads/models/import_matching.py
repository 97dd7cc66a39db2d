from datetime import timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

KEPT_UNUSED = timedelta(days=365)


class ImportMatchingQuerySet(models.QuerySet["ImportMatching"]):
    def remember(self, key: str, fields: list[str]) -> None:
        """Store what the columns of files with these names are, for the whole team."""
        self.update_or_create(key=key, defaults={"fields": fields, "used_at": Now()})

    def recall(self, key: str) -> list[str] | None:
        """What the columns of the last such file were; None if there was none."""
        found: list[str] | None = self.filter(key=key).values_list("fields", flat=True).first()
        return found

    def long_unused(self) -> Self:
        return self.filter(used_at__lt=Now() - KEPT_UNUSED)


class ImportMatching(models.Model):
    """What the columns of a kind of file are. `key`: stands for the names of its columns."""

    key = models.CharField(max_length=64, unique=True)
    fields = ArrayField(models.CharField(max_length=16))
    used_at = models.DateTimeField()

    objects = ImportMatchingQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Matching {self.pk}"
