from django.conf import settings
from django.db import models


class EventCount(models.Model):
    """How many events there were on a day in India, by kind, detail and who did them.

    `detail`: a call's outcome, a refused message's reason, a status, or how a link was sent; else
    "". Rows that are `is_erased` keep what there was in timelines that were removed: sum over all.
    """

    day = models.DateField()
    kind = models.CharField(max_length=32, help_text="One of EventKind.")
    detail = models.CharField(max_length=32, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_erased = models.BooleanField(default=False)
    count = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "kind", "detail", "actor", "is_erased"],
                nulls_distinct=False,
                name="eventcount_is_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"
