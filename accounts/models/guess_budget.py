from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.user import RECIPIENT_MAX_LENGTH, RECIPIENT_PATTERN


class GuessBudgetQuerySet(models.QuerySet["GuessBudget"]):
    def long_over(self) -> Self:
        """Budgets without a guess for a year; they start again from 0."""
        return self.filter(last_guessed_at__lt=Now() - timedelta(days=365))


class GuessBudget(models.Model):
    """Adds up what the wrong guesses at one recipient were worth, for all its codes and purposes,
    by API and pages together. Known devices have a budget of their own.

    A guess is counted before it is compared, and removed from the count if it was right: see
    `CHARGE` and `CONSUME` beside PhoneOTP. A recipient without guesses has no row.
    """

    pk = models.CompositePrimaryKey("recipient", "is_known_device")
    recipient = models.CharField(max_length=RECIPIENT_MAX_LENGTH)
    is_known_device = models.BooleanField()
    spent = models.PositiveIntegerField(
        help_text="By wrong guesses since the last year without one: what one is worth is counted"
        " in guesses at 8 digits, so one at 4 digits is worth 10 000."
    )
    last_guessed_at = models.DateTimeField()

    objects = GuessBudgetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(recipient__regex=RECIPIENT_PATTERN),
                name="guessbudget_recipient_is_known_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"Guesses at a recipient ending in {self.recipient[-2:]}"
