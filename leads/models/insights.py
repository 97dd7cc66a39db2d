from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from leads.models.lead_choices import Source
from loopin.models.kinds import KindField


def _count() -> "models.IntegerField[int, int]":
    return models.IntegerField(default=0)


class LeadCohort(models.Model):
    """How far the leads of one day, source and country came (leads/insights/measures.py).

    `day` is the day in India on which the leads were created. Rows of leads that exist are computed
    again whenever one of the day's leads has changed. Rows that are `is_erased` keep the counts of
    leads that were removed after their retention, and are only ever added: sum over all of them.
    """

    day = models.DateField()
    source = KindField(max_length=8, choices=Source)
    country = models.CharField(max_length=2, blank=True)
    is_erased = models.BooleanField(default=False)

    requested = _count()
    delivered = _count()
    attempted = _count()
    verified = _count()
    completed = _count()

    stopped_not_delivered = _count()
    stopped_wrong_code = _count()
    stopped_expired = _count()
    stopped_rate_limited = _count()
    stopped_blocked = _count()
    stopped_no_attempt = _count()

    verified_in_30_s = _count()
    verified_in_1_min = _count()
    verified_in_2_min = _count()
    verified_in_5_min = _count()
    verified_in_10_min = _count()
    verified_in_1_h = _count()
    verified_in_1_day = _count()
    verified_later = _count()

    contacted_in_5_min = _count()
    contacted_in_30_min = _count()
    contacted_in_1_h = _count()
    contacted_in_4_h = _count()
    contacted_in_1_day = _count()
    contacted_later = _count()

    contacted_in_time = _count()
    contacted_late = _count()
    contact_missing = _count()

    class Meta:
        # Nothing is unique: rows of a day are replaced as a whole, under the lock of RollupState.
        indexes = [models.Index(fields=["day"], name="leadcohort_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.source} {self.country}"


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


class RollupState(models.Model):
    """How far the counts follow the timeline: one row, locked by whoever brings them up to date.

    Every event with an id up to `position` is counted, once. `carried_over_to`: up to this id, some
    were counted by release 1.0 (leads/insights/carry_over.py). `as_of`: when the counts were last
    complete. `counted_at`: when somebody last counted.
    """

    position = models.BigIntegerField(db_default=0)
    carried_over_to = models.BigIntegerField(db_default=0)
    as_of = models.DateTimeField()
    counted_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="rollupstate_is_one"),
        ]

    def __str__(self) -> str:
        return f"as of {self.as_of}"


class StaleDay(models.Model):
    """A day in India whose leads have changed since their cohorts were computed."""

    day = models.DateField(primary_key=True)

    def __str__(self) -> str:
        return str(self.day)
