from typing import Self

from django.db import models

from loopin.text.fields import LineField


class EventInterestQuerySet(models.QuerySet["EventInterest"]):
    def active(self) -> Self:
        return self.filter(is_active=True)


class EventInterest(models.Model):
    """A kind of event that people can choose as an interest."""

    name = LineField(max_length=60, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    description = LineField(max_length=200)
    is_active = models.BooleanField(default=True)

    objects = EventInterestQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
