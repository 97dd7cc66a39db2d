from datetime import timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.user import RECIPIENT_MAX_LENGTH, RECIPIENT_PATTERN
from loopin.sql import fetch_row

SECONDS_UNTIL_GUESS = """
SELECT CEIL(EXTRACT(EPOCH FROM min(t) + interval '24 hours' - now()))::int
FROM accounts_guessbudget, unnest(guessed_at) AS t
WHERE recipient = %s AND t > now() - interval '24 hours'
"""


def seconds_until_guess(recipient: str) -> int:
    """Seconds until another guess is allowed for a recipient whose budget is spent; at least 1."""
    row = fetch_row(SECONDS_UNTIL_GUESS, [recipient])
    return max(1, row[0] or 1) if row else 1


class GuessBudgetQuerySet(models.QuerySet["GuessBudget"]):
    def long_over(self) -> Self:
        """Recipients without a guess for a year; their counts start again from 0."""
        return self.filter(last_guessed_at__lt=Now() - timedelta(days=365))


class GuessBudget(models.Model):
    """Counts the guesses at one recipient, for all its codes and purposes, by API and pages
    together.

    A guess is counted before it is compared, and removed from the count if it was right: see
    `CHARGE` and `CONSUME` beside PhoneOTP. A recipient without guesses has no row.
    """

    recipient = models.CharField(max_length=RECIPIENT_MAX_LENGTH, primary_key=True)
    guessed_at = ArrayField(models.DateTimeField(), help_text="The guesses of the last 24 hours.")
    short_guesses = models.PositiveIntegerField(
        help_text="At codes of fewer than 6 digits, since the last year without a guess."
    )
    guesses = models.PositiveIntegerField(help_text="Since the last year without one.")
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
