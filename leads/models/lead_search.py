"""What leads are found by: a part of a name or an e-mail address, and the digits of a number.

Every three characters in a row are in a GIN index of arrays. PostgreSQL's own `pg_trgm` would do,
but it is an extension that not every server has. The texts stand in a table of their own: an index
over the leads themselves would be written at everything that happens to one, which made that half
as slow again (404 µs an update against 275). The number has a column and an index of its own, so
that whoever sees numbers masked cannot read one by searching for characters on either side of it.
"""

from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import StrIndex

MIN_SEARCH_LENGTH = 3
"""Fewer characters have no trigram, so no index helps."""

PENDING_KIB = 256
"""How much of an index waits to be sorted in. Whoever fills that up does it for all: 4 MiB,
PostgreSQL's default, took one of 16 000 sign-ups 0.2 s, and each search reads what waits."""

MAX_FOUND = 100_000
"""More than anybody looks through. With a limit, the planner searches before it sorts or joins."""


LeadIds = models.QuerySet[Any, int]


def trigrams_of(text: str) -> models.Func:
    """The set of a text's trigrams, from the SQL function that the first migration creates."""
    return models.Func(text, function="leads_trigrams", output_field=ArrayField(models.TextField()))


def folded(text: str) -> models.Func:
    """A text that was typed as the stored texts are: in small letters, without accents.

    The same SQL function folds both, so that they cannot disagree.
    """
    return models.Func(models.Value(text), function="leads_fold", output_field=models.TextField())


class LeadSearchQuerySet(models.QuerySet["LeadSearch"]):
    def named(self, words: str) -> LeadIds:
        """The leads whose name or e-mail address contains all of these words, in any order.

        Words that are too short for the index count as far as others find the rows. If all of them
        are, they have to stand as they were typed.
        """
        parts = words.split()
        if all(len(part) < MIN_SEARCH_LENGTH for part in parts):
            parts = [words]
        rows = self
        for part in parts:
            if len(part) >= MIN_SEARCH_LENGTH:
                rows = rows._with_trigrams("text", folded(part))
            rows = rows.alias(place=StrIndex("text", folded(part))).filter(place__gt=0)
        return rows._ids()

    def numbered(self, digits: str) -> LeadIds:
        """The leads whose number has these digits anywhere."""
        rows = self._with_trigrams("number", models.Value(digits))
        return rows.filter(number__contains=digits)._ids()

    def ending_in(self, digits: str) -> LeadIds:
        """The leads whose number ends in these digits."""
        rows = self._with_trigrams("number", models.Value(digits))
        return rows.filter(number__endswith=digits)._ids()

    def _with_trigrams(self, column: str, part: models.Expression) -> Self:
        """The rows that an index finds for this part, of 3 characters or more."""
        trigrams = models.Func(
            part, function="leads_sparse_trigrams", output_field=ArrayField(models.TextField())
        )
        rows = self.alias(trigrams=trigrams_of(column))
        return rows.filter(trigrams__contains=trigrams)

    def _ids(self) -> LeadIds:
        return self.values_list("lead_id", flat=True)[:MAX_FOUND]


class LeadSearch(models.Model):
    """What a lead is found by. Only a trigger writes it.

    `text`: name and e-mail address, folded as `folded` does. `number`: without its plus.
    """

    lead = models.OneToOneField("leads.Lead", models.CASCADE, primary_key=True, related_name="+")
    text = models.TextField()
    number = models.CharField(max_length=15)

    objects = LeadSearchQuerySet.as_manager()

    class Meta:
        indexes = [
            GinIndex(
                trigrams_of("text"),
                name="leadsearch_trigrams",
                gin_pending_list_limit=PENDING_KIB,
            ),
            GinIndex(
                trigrams_of("number"),
                name="leadsearch_number_trigrams",
                gin_pending_list_limit=PENDING_KIB,
            ),
        ]

    def __str__(self) -> str:
        return f"Search text of lead {self.lead_id}"
