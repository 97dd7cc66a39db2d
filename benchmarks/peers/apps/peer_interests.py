"""The interests of the peers on Django that have no others of their own."""

from django.db import models


class AnyInterest(models.Model):
    name = models.CharField(max_length=100, unique=True)
    description = models.TextField(default="")
    is_active = models.BooleanField(default=True)

    class Meta:
        abstract = True
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
