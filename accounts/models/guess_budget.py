from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models.functions import Now

from loopin.crypto.keyed_hash import keyed_hash


def recipient_hash(recipient: str) -> str:
    """A keyed hash, so that a budget outlives its person and does not say who it was."""
    return keyed_hash("accounts.guess_budget", recipient)


class GuessBudgetQuerySet(models.QuerySet["GuessBudget"]):
    def long_over(self) -> Self:
        """Budgets without a guess for a year; they start again from 0."""
        return self.filter(last_guessed_at__lt=Now() - timedelta(days=365))

    def of(self, recipient: str) -> Self:
        return self.filter(recipient_hash=recipient_hash(recipient))


class GuessBudget(models.Model):
    """Adds up what the wrong guesses at one recipient were worth, for all its codes and purposes,
    by API and pages together. Known devices have a budget of their own.

    The recipient is hashed, because the budget stays when its account is deleted: whoever signs up
    again does not begin anew. A guess is counted before it is compared, and removed from the count
    if it was right: see `CHARGE` and `CONSUME` beside PhoneOTP. A recipient without guesses has no
    row.
    """

    pk = models.CompositePrimaryKey("recipient_hash", "is_known_device")
    recipient_hash = models.CharField(max_length=64, help_text="Of a number or an e-mail address.")
    is_known_device = models.BooleanField()
    spent = models.PositiveIntegerField(
        help_text="By wrong guesses since the last year without one: what one is worth is counted"
        " in guesses at 8 digits, so one at 4 digits is worth 10 000."
    )
    last_guessed_at = models.DateTimeField()

    objects = GuessBudgetQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Guesses at recipient {self.recipient_hash[:6]}"
