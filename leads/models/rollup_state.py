from django.db import models

from leads.models.lead_event import TransactionIdField


class RollupState(models.Model):
    """How far the counts follow the timeline: one row, locked by whoever brings them up to date.

    Everything up to the event `event_id` of `transaction_id` is counted, once (leads/changes.py
    says why it takes both). `as_of`: when the counts were last complete.
    """

    transaction_id = TransactionIdField()
    event_id = models.BigIntegerField()
    as_of = models.DateTimeField()
    refreshed_at = models.DateTimeField()

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
